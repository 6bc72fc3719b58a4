import { DataIdentifier } from 'aws-cdk-lib/aws-logs';

/** What is masked in logs besides: the desk says nothing of it, but a library may one day log what it was given. */
export const masked: readonly DataIdentifier[] = [DataIdentifier.CREDITCARDNUMBER, DataIdentifier.EMAILADDRESS];
