import type { Variant } from '../../architecture';
import { OriginAccess } from '../../constructs/edge/origin-access';
import { ObjectEncryption } from '../../constructs/storage/object-encryption';
import type { PrivateStaticSiteProps } from './private-static-site-stack';

/** One site in growing strength; between the second and the third stands the form without a variant, Origin Access Control. */
export const strengths: Readonly<Record<string, Variant>> = {
  'site-website-bucket': {
    what: 'a public website bucket behind the distribution, the legacy form, for contrast alone',
    props: {
      website: { reason: 'It is shown in contrast to the private forms and holds nothing but a public page' },
    } satisfies Partial<PrivateStaticSiteProps>,
  },
  'site-identity': {
    what: 'a private bucket that is read by a legacy Origin Access Identity',
    props: {
      access: OriginAccess.legacyIdentity('It is shown in contrast to Origin Access Control, which takes its place'),
    } satisfies Partial<PrivateStaticSiteProps>,
  },
  'site-customer-key': {
    what: 'the files are under a customer key, without which nobody reads them in the account either',
    props: { encryption: ObjectEncryption.customerKey() } satisfies Partial<PrivateStaticSiteProps>,
  },
  'site-customer-key-firewall': {
    what: 'a firewall at the edge turns away floods and attacks before the customer key and all else',
    props: {
      encryption: ObjectEncryption.customerKey(),
      firewall: true,
    } satisfies Partial<PrivateStaticSiteProps>,
  },
};
