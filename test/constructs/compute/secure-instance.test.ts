import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnVPCEndpoint, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { BurstCredits } from '../../../lib/constructs/compute/burst-credits';
import { DeclaredState } from '../../../lib/constructs/compute/declared-state';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { LocalDisks } from '../../../lib/constructs/compute/local-disks';
import type { SecureInstance, SecureInstanceProps } from '../../../lib/constructs/compute/secure-instance';
import { TypePolicy } from '../../../lib/constructs/compute/type-policy';
import { InspectionRoutes } from '../../../lib/constructs/network/inspection-routes';
import { OperatorAccess } from '../../../lib/constructs/network/operator-access';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { testStack } from '../../support/app';
import { Parts } from './parts';

type Props = Partial<SecureInstanceProps> & { readonly program?: string };

const built = ({ program, ...props }: Props = {}): { server: SecureInstance; parts: Parts; stack: Stack } => {
  const stack = testStack();
  const parts = new Parts(stack);
  const boot =
    program === undefined
      ? {}
      : { boot: new BootProgram(stack, 'Own', { program: { name: 'own.sh', text: program } }) };
  return { server: parts.instance({ ...boot, ...props }), parts, stack };
};
const made = (props: Props = {}): Template => Template.fromStack(built(props).stack);
const refusal = (props: Props) => () => built(props);
/** A subnet whose way out leads through appliances. */
function inspected() {
  const stack = testStack();
  const parts = new Parts(stack);
  const { vpc } = new TieredNetwork(stack, 'Network', {
    plan: {
      zones: 2,
      tiers: [
        { name: 'isolated', access: 'isolated' },
        { name: 'edge', access: 'public' },
      ],
    },
    gatewayEndpoints: {},
  });
  const [subnet, endpointSubnet] = [vpc.isolatedSubnets[0], vpc.publicSubnets[0]];
  const endpoint = new CfnVPCEndpoint(stack, 'Endpoint', {
    vpcId: vpc.vpcId,
    serviceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    vpcEndpointType: 'GatewayLoadBalancer',
    subnetIds: [endpointSubnet.subnetId],
  });
  const inspectedBy = new InspectionRoutes(stack, 'Routes', { vpc, inspected: [{ subnet, endpoint, endpointSubnet }] });
  return { stack, parts, inspectedBy, subnet: { vpc, one: subnet } };
}
const instanceOf = (template: Template) => Object.entries(template.findResources('AWS::EC2::Instance'))[0];
const propertiesOf = (template: Template) => instanceOf(template)[1].Properties;
const type = (name: string) => new InstanceType(name);
const gib = (amount: number) => Size.gibibytes(amount);

describe('SecureInstance', () => {
  test('it has an encrypted gp3 root, metadata by token only, a role, minute metrics and no key [compute-hardened-instance, compute-imdsv2-required, compute-instance-role]', () => {
    const template = made();
    const properties = propertiesOf(template);
    expect(properties.BlockDeviceMappings).toEqual([
      {
        DeviceName: '/dev/xvda',
        Ebs: { VolumeType: 'gp3', VolumeSize: 8, Encrypted: true, DeleteOnTermination: true },
      },
    ]);
    expect(properties.MetadataOptions).toEqual({
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
    expect(properties.KeyName).toBeUndefined();
    expect(properties.Monitoring).toBe(true);
    expect(properties.DisableApiTermination).toBe(false);
    expect(properties.EbsOptimized).toBe(true);
    expect(properties.CreditSpecification).toEqual({ CPUCredits: 'standard' });
    expect(properties.LaunchTemplate).toBeUndefined();
    expect(properties.IamInstanceProfile).toEqual({ Ref: expect.stringMatching('^ServerInstanceInstanceProfile') });
    template.resourceCountIs('AWS::IAM::AccessKey', 0);
    template.resourceCountIs('AWS::EC2::LaunchTemplate', 0);
  });

  test('it is said at launch what is asked for: protection, five-minute metrics, two hops, unlimited credits [compute-hardened-instance]', () => {
    const properties = propertiesOf(
      made({
        terminationProtection: true,
        detailedMonitoring: false,
        metadataHopLimit: 2,
        credits: BurstCredits.unlimited('A new T4g has no credits and boots slowly'),
      }),
    );
    expect(properties.DisableApiTermination).toBe(true);
    expect(properties.Monitoring).toBe(false);
    expect(properties.MetadataOptions.HttpPutResponseHopLimit).toBe(2);
    expect(properties.CreditSpecification).toEqual({ CPUCredits: 'unlimited' });
  });

  test('it has a public address in an isolated subnet whose way out leads through appliances, and starts when that is there', () => {
    const { stack, inspectedBy, subnet, parts } = inspected();
    parts.instance({ vpc: subnet.vpc, subnet: subnet.one, inspectedBy, publicAddress: true });
    const [, { Properties, DependsOn }] = instanceOf(Template.fromStack(stack));
    expect(Properties.NetworkInterfaces).toEqual([
      expect.objectContaining({ AssociatePublicIpAddress: true, SubnetId: expect.anything() }),
    ]);
    expect(DependsOn).toContainEqual(expect.stringMatching(/^RoutesisolatedSubnet1Out/));
  });

  test('fails when it is to be inspected by what leads another subnet', () => {
    const { inspectedBy, parts } = inspected();
    expect(() => parts.instance({ inspectedBy })).toThrow(
      'inspectedBy is Stack/Routes, which does not lead Stack/Vpc/PrivateSubnet1; name one of its subnets, or leave it out',
    );
  });

  test('it is in one private subnet, without a public address, and nobody gets in [compute-private-default]', () => {
    const template = made();
    const { NetworkInterfaces: interfaces } = propertiesOf(template);
    expect(interfaces).toEqual([
      {
        DeviceIndex: '0',
        AssociatePublicIpAddress: false,
        SubnetId: { Ref: expect.stringMatching('^VpcPrivateSubnet1Subnet') },
        GroupSet: [{ 'Fn::GetAtt': [expect.stringMatching('^ServerGroup'), 'GroupId'] }],
      },
    ]);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  });

  test('a public address is asked for, with a public subnet [compute-private-default]', () => {
    const stack = testStack();
    const parts = new Parts(stack);
    parts.instance({ publicAddress: true, subnet: parts.vpc.publicSubnets[0] });
    expect(propertiesOf(Template.fromStack(stack)).NetworkInterfaces[0]).toMatchObject({
      AssociatePublicIpAddress: true,
      SubnetId: { Ref: expect.stringMatching('^VpcPublicSubnet1Subnet') },
    });
    expect(refusal({ publicAddress: true })).toThrow(
      'Stack/Server:\n  publicAddress is true but subnet is private, where it leads nowhere; give a public subnet, or leave publicAddress out',
    );
    const other = new Parts(testStack());
    expect(() => other.instance({ subnet: other.vpc.publicSubnets[0] })).toThrow(
      'Stack/Server:\n  subnet is public but there is no public address, so that the instance has no way out; give a private subnet, or ask for publicAddress',
    );
  });

  test('SSH from known ranges has a group of its own beside the first [compute-session-access]', () => {
    const properties = propertiesOf(made({ access: OperatorAccess.keyPair({ allowFrom: ['192.0.2.0/24'] }) }));
    expect(properties.NetworkInterfaces[0].GroupSet).toHaveLength(2);
    expect(properties.KeyName).toBeDefined();
  });

  describe('boot', () => {
    test('a deployment waits for one signal, a quarter of an hour unless told otherwise [compute-boot-signal]', () => {
      const [id, { CreationPolicy, Properties }] = instanceOf(made());
      expect(CreationPolicy).toEqual({ ResourceSignal: { Count: 1, Timeout: 'PT15M' } });
      expect(JSON.stringify(Properties.UserData)).toContain(`--resource '${id}'`);
      made({ signalTimeout: Duration.minutes(5) }).hasResource('AWS::EC2::Instance', {
        CreationPolicy: { ResourceSignal: { Timeout: 'PT5M' } },
      });
      made().hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            {
              Action: 'cloudformation:SignalResource',
              Effect: 'Allow',
              Resource: { Ref: 'AWS::StackId' },
            },
          ]),
        },
      });
    });

    test('fails when a deployment would wait for longer than CloudFormation does [compute-boot-signal]', () => {
      expect(refusal({ signalTimeout: Duration.hours(13) })).toThrow(
        'Stack/Server:\n  signalTimeout is 13 hours; give 1 second to 12 hours',
      );
    });

    test('another program is another instance; the same is the same [compute-user-data-once]', () => {
      const [one] = instanceOf(made({ program: 'echo one' }));
      const [same] = instanceOf(made({ program: 'echo one' }));
      const [other] = instanceOf(made({ program: 'echo other' }));
      expect(same).toBe(one);
      expect(other).not.toBe(one);
    });

    test('with replaceOnBootChange false it stays, and the synthesis says what that means [compute-user-data-once]', () => {
      const { stack } = built({ program: 'echo one', replaceOnBootChange: false });
      const [one] = instanceOf(Template.fromStack(stack));
      const [other] = instanceOf(made({ program: 'echo other', replaceOnBootChange: false }));
      expect(other).toBe(one);
      Annotations.fromStack(stack).hasInfo(
        '/Stack/Server',
        'replaceOnBootChange is false: user data runs on the first boot only, so that a changed boot program waits for the next instance',
      );
    });
  });

  describe('type', () => {
    test('another type is a change of that one property, of the same instance [compute-resize]', () => {
      const [one, before] = instanceOf(made({ instanceType: type('t4g.micro') }));
      const [other, after] = instanceOf(made({ instanceType: type('t4g.small') }));
      expect(other).toBe(one);
      expect(after).toEqual({ ...before, Properties: { ...before.Properties, InstanceType: 't4g.small' } });
    });

    test.each(['t2.micro', 'm4.large', 'c4.xlarge'])(
      'fails when %s is to have enhanced networking [compute-network-performance]',
      (name) => {
        expect(refusal({ instanceType: type(name), enhancedNetworking: true })).toThrow(
          `Stack/Server:\n  instanceType is ${name}, which has no enhanced networking by ENA; take a type of Nitro, such as`,
        );
      },
    );

    test.each(['t3.micro', 't4g.micro', 'm5.large', 'c7gn.xlarge', 'i3en.large'])(
      '%s has it by itself, and EBS bandwidth of its own [compute-network-performance]',
      (name) => {
        expect(propertiesOf(made({ instanceType: type(name), enhancedNetworking: true })).EbsOptimized).toBe(true);
      },
    );

    test('fails when the type is not one the owner wants to see [compute-type-policy]', () => {
      expect(refusal({ typePolicy: TypePolicy.sustained() })).toThrow(
        'Stack/Server:\n  instanceType is t4g.micro, which slows down or bills extra once its CPU credits are spent',
      );
    });
  });

  describe('hibernation', () => {
    const hibernating = (name: string, size = 8) =>
      refusal({ instanceType: type(name), hibernation: true, rootDisk: EbsDisk.gp3({ size: gib(size) }) });

    test('is said at launch, with a root that is encrypted and large enough for memory and system [compute-hibernate]', () => {
      const properties = propertiesOf(
        made({ instanceType: type('t4g.medium'), hibernation: true, rootDisk: EbsDisk.gp3({ size: gib(8) }) }),
      );
      expect(properties.HibernationOptions).toEqual({ Configured: true });
      expect(properties.BlockDeviceMappings[0].Ebs).toMatchObject({ Encrypted: true, VolumeSize: 8 });
      expect(propertiesOf(made()).HibernationOptions).toBeUndefined();
    });

    test.each([
      [
        't4g.medium',
        7,
        'hibernation saves 4 GiB of memory to a root volume of 7 GiB; give 8 GiB or more, 4 of them for the system',
      ],
      ['m7g.metal', 8, 'hibernation is for m7g.metal, a whole machine, which cannot; take a virtual size'],
      [
        'r7g.8xlarge',
        500,
        'hibernation is for r7g.8xlarge with 256 GiB of memory; the most is 150 GiB, so take a smaller size',
      ],
      [
        'x2gd.large',
        500,
        'hibernation is for x2gd.large, whose local disks would be lost by it; take a type without them',
      ],
      [
        'p4de.24xlarge',
        500,
        'hibernation is for p4de.24xlarge, of a family that is not known to do it; take family t, m, c or r',
      ],
    ])('fails for %s with a root of %d GiB [compute-hibernate]', (name, size, fault) => {
      expect(hibernating(name, size)).toThrow(fault);
    });
  });

  describe('local disks', () => {
    const scratch = (folder: string, durable: string[] = []) => {
      const stack = testStack();
      return () =>
        new Parts(stack).instance({
          instanceType: type('m7gd.large'),
          boot: new BootProgram(stack, 'Own', {
            program: { name: 'own.sh', text: 'echo' },
            localDisks: LocalDisks.at(folder),
            durable,
          }),
        });
    };

    test('fails when the type has none [compute-instance-store]', () => {
      const stack = testStack();
      const boot = new BootProgram(stack, 'Own', {
        program: { name: 'own.sh', text: 'echo' },
        localDisks: LocalDisks.at('/scratch'),
      });
      expect(() => new Parts(stack).instance({ boot })).toThrow(
        'Stack/Server:\n  localDisks are to be seen at /scratch, but t4g.micro has none; take a type with the letter d, such as m7gd.large, or of the families i, d and h',
      );
    });

    test.each(['/scratch', '/scratch/orders'])(
      'fails when %s must last and the disks are at /scratch [compute-instance-store]',
      (path) => {
        expect(scratch('/scratch', [path])).toThrow(
          `Stack/Own:\n  ${path} must last, but /scratch is on localDisks, which are blank after every stop; put it on the root or a data volume, or on shared files`,
        );
        expect(scratch('/scratch', ['/scratches'])).not.toThrow();
      },
    );

    test.each(['scratch', '/var', '/dev/shm', ''])('fails when they are to be seen at "%s"', (folder) => {
      expect(scratch(folder)).toThrow(
        `localDisks are to be seen at ${folder || '(empty)'}; give a folder of their own, such as /scratch`,
      );
    });
  });

  test('fails when it has both a boot program and a declared state', () => {
    const stack = testStack();
    const parts = new Parts(stack);
    expect(() => parts.instance({ boot: parts.boot, state: new DeclaredState({ configs: {} }) })).toThrow(
      'Stack/Server:\n  boot and state are both given, and each would report the end of the boot; keep one of them',
    );
  });
});
