import { Duration } from 'aws-cdk-lib';
import { SecurityHeaders, type SecurityHeadersProps } from '../../../lib/constructs/edge/security-headers';
import { templateOf, testStack } from '../../support/app';

const refusal = (props: SecurityHeadersProps) => () => new SecurityHeaders(testStack(), 'Headers', props);

test('browsers are told to be careful, whatever the origin says [edge-distribution-baseline]', () => {
  const template = templateOf((stack) => new SecurityHeaders(stack, 'Headers'));
  const [policy] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
  const { SecurityHeadersConfig, CustomHeadersConfig, RemoveHeadersConfig } =
    policy.Properties.ResponseHeadersPolicyConfig;
  expect(SecurityHeadersConfig).toEqual({
    StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: true },
    ContentSecurityPolicy: {
      ContentSecurityPolicy:
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; upgrade-insecure-requests",
      Override: true,
    },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: 'DENY', Override: true },
    ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
  });
  expect(CustomHeadersConfig.Items.map(({ Header, Value }: any) => `${Header}: ${Value}`)).toEqual([
    'Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Cross-Origin-Opener-Policy: same-origin',
    'Cross-Origin-Resource-Policy: same-origin',
  ]);
  expect(RemoveHeadersConfig.Items.map(({ Header }: any) => Header)).toEqual([
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-version-id',
  ]);
});

test('an origin’s own content security policy is left, and others may show what is here, where that is asked for alone', () => {
  const template = templateOf(
    (stack) => new SecurityHeaders(stack, 'Headers', { leavesPolicies: true, embeddedBy: 'cross-origin' }),
  );
  const [policy] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
  const { SecurityHeadersConfig, CustomHeadersConfig } = policy.Properties.ResponseHeadersPolicyConfig;
  const overriding = Object.entries<{ readonly Override: boolean }>(SecurityHeadersConfig).map(
    ([name, { Override }]) => [name, Override],
  );
  expect(Object.fromEntries(overriding)).toEqual({
    ContentSecurityPolicy: false,
    ContentTypeOptions: true,
    FrameOptions: true,
    ReferrerPolicy: true,
    StrictTransportSecurity: true,
  });
  expect(CustomHeadersConfig.Items).toContainEqual({
    Header: 'Cross-Origin-Resource-Policy',
    Value: 'cross-origin',
    Override: true,
  });
});

test.each([
  [
    { 'default-src': ["'self'"] },
    "contentSecurityPolicy says nothing of frame-ancestors, which default-src does not cover; give 'none' or the hosts",
  ],
  [
    { 'img-src': ["'self'"], 'frame-ancestors': ["'none'"] },
    'contentSecurityPolicy says nothing of scripts, so that all are allowed; give script-src or default-src',
  ],
  [
    { 'script-src': ["'self'", "'unsafe-inline'", '*'], 'frame-ancestors': ["'none'"] },
    "contentSecurityPolicy allows scripts from 'unsafe-inline', *; name the hosts, or give hashes or nonces",
  ],
])('fails when the policy stops nobody: %j', (contentSecurityPolicy, fault) => {
  expect(refusal({ contentSecurityPolicy })).toThrow(`Stack/Headers:\n  ${fault}`);
});

test.each([
  [Duration.days(1), '1 day'],
  [Duration.days(800), '800 days'],
])('fails when HTTPS is promised for %s', (transportSecurity, seen) => {
  expect(refusal({ transportSecurity })).toThrow(
    `Stack/Headers:\n  transportSecurity is ${seen}; give 180 days to 730 days`,
  );
});
