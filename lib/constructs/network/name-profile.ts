import { Names, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import {
  CfnProfile,
  CfnProfileAssociation,
  CfnProfileResourceAssociation,
  type CfnProfileResourceAssociationProps,
} from 'aws-cdk-lib/aws-route53profiles';
import { Construct, type IConstruct } from 'constructs';
import { refuse } from '../faults';
import type { DnsFirewall } from './dns-firewall';
import { idFor, vpcsFaults } from './per-vpc';

export interface NameProfileProps {
  /** Networks of this account that follow the profile; a network follows one. Those of others join once it is shared with them. */
  readonly vpcs: readonly IVpc[];
  /**
   * Private zones that answer in every network of the profile.
   * @default - none
   */
  readonly zones?: readonly IHostedZone[];
  /**
   * Firewalls that filter in every network of the profile, beside the networks they stand on by themselves.
   * @default - none
   */
  readonly firewalls?: readonly DnsFirewall[];
}

/**
 * Zones and firewalls that many networks follow as one: whoever joins the profile has them all. It is shared with other
 * accounts by AWS RAM, which spares them an authorisation for each zone and network. An account that
 * uses profiles pays for them by the hour, so that for a few networks authorisations are the cheaper way.
 *
 * @claims network-private-zone-cross-account
 */
export class NameProfile extends Construct {
  readonly profileId: string;
  /** What is shared with other accounts. */
  readonly profileArn: string;

  constructor(scope: Construct, id: string, props: NameProfileProps) {
    super(scope, id);
    const { vpcs, zones = [], firewalls = [] } = props;
    refuse(this, [
      zones.length + firewalls.length === 0 && 'zones and firewalls are none; give what the networks shall follow',
      ...vpcsFaults(vpcs),
    ]);
    const name = Names.uniqueResourceName(this, { maxLength: 64, separator: '-', allowedSpecialCharacters: '-' });
    const profile = new CfnProfile(this, 'Profile', { name });
    this.profileId = profile.attrId;
    this.profileArn = profile.attrArn;

    for (const zone of zones) {
      const resourceArn = Stack.of(this).formatArn({
        service: 'route53',
        region: '',
        account: '',
        resource: 'hostedzone',
        resourceName: zone.hostedZoneId,
      });
      this.share(zone, { resourceArn });
    }
    for (const firewall of firewalls)
      this.share(firewall, {
        resourceArn: firewall.ruleGroupArn,
        resourceProperties: JSON.stringify({ priority: firewall.priority }),
      });
    for (const vpc of vpcs)
      new CfnProfileAssociation(this, idFor(vpc), {
        profileId: this.profileId,
        name: idFor(vpc),
        resourceId: vpc.vpcId,
      });
  }

  private share(
    one: IConstruct,
    resource: Pick<CfnProfileResourceAssociationProps, 'resourceArn' | 'resourceProperties'>,
  ) {
    new CfnProfileResourceAssociation(this, idFor(one), { profileId: this.profileId, name: idFor(one), ...resource });
  }
}
