import type { Template } from 'aws-cdk-lib/assertions';
import { zoneIn } from '../../tools/dns/zone-of-template';
import type { DnsZone } from '../../lib';

/** The zone of a name, as a template has it. */
export const zoneOfTemplate = (template: Template, name: string): DnsZone =>
  zoneIn(template.toJSON() as Parameters<typeof zoneIn>[0], name);
