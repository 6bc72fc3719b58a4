import { Aws, Fn } from 'aws-cdk-lib';

/** A word that no other stack of the account has, for names that a service asks for: the last part of the stack's own id. */
export const uniqueInAccount: string = Fn.select(2, Fn.split('/', Aws.STACK_ID));
