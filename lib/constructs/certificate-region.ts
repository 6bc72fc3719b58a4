import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { CfnCertificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';

/**
 * The region a certificate is of: that of its ARN, or of the stack that makes it. Nothing where neither is known, as of an ARN that
 * only a deployment knows.
 *
 * @claims edge-acm-regional
 */
export function certificateRegion({ certificateArn, node: { defaultChild: made } }: ICertificate): string | undefined {
  if (!Token.isUnresolved(certificateArn)) return Arn.split(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).region;
  if (!(made instanceof CfnCertificate)) return undefined;
  const { region } = Stack.of(made);
  return Token.isUnresolved(region) ? undefined : region;
}
