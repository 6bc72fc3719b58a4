import { loadTemplates } from '../template/load';
import { AccessModel } from '../access/model';

/** One way an architecture can be deployed, as IAM sees it. */
export interface Variant {
  readonly architecture: string;
  readonly model: AccessModel;
}

const certificate = (region: string) =>
  `arn:aws:acm:${region}:111122223333:certificate/1a2b3c4d-0000-0000-0000-000000000000`;

/** Everything that can be given beside the profile, so that no template holds more than these. */
const options = [
  'alarmEmail=ops@example.com',
  'domainName=www.example.com',
  'hostedZoneId=Z0123456789ABCDEFGHIJ',
  `certificateArn=${certificate('eu-west-1')}`,
  `edgeCertificateArn=${certificate('us-east-1')}`,
];

/** The two ways that together bring in every resource an architecture can have. */
const ways: readonly (readonly string[])[] = [
  ['profile=sandbox', 'expiresAfter=8h'],
  ['profile=production', ...options],
];

/**
 * The templates of architectures, as a sandbox and in production, with everything that can be given.
 *
 * @param more settings for all of them, such as `permissionsBoundary=…`
 */
export function variants(names: readonly string[], more: readonly string[] = []): Variant[] {
  return names.flatMap((architecture) =>
    ways.map((settings) => ({
      architecture,
      model: AccessModel.fromTemplates(loadTemplates(architecture, [...settings, ...more])),
    })),
  );
}
