import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { documentPrefix, environment } from '../../../lambda/application-evolution/environment';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import { Library } from './library';
import { service, type StageProps } from './stage';

export interface ServiceProps extends Pick<StageProps, 'alarms' | 'logs' | 'strategy' | 'deletionProtection'> {
  /** What its functions are told besides where its own store is. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface UploadServiceProps extends ServiceProps {
  /** Whom it tells of documents. */
  readonly tells: 'queue' | 'bus';
}

/** Takes documents in, keeps them as they came in a store of its own, and tells others. */
export class UploadService extends Construct {
  /** Answers callers. */
  readonly alias: IAlias;
  readonly role: IRole;
  private readonly store: Library;

  constructor(scope: Construct, id: string, { alarms, logs, strategy, environment: told, tells }: UploadServiceProps) {
    super(scope, id);
    this.store = new Library(this, 'Documents', { logs });
    const upload = new ReleasedFunction(this, 'Desk', {
      alarms,
      strategy,
      service,
      description: 'Takes documents in and gives them back',
      code: handlerCode(service, tells === 'queue' ? 'queue-upload' : 'event-upload'),
      environment: { ...this.environment, ...told },
    });
    this.store.grantRead(upload.role, documentPrefix);
    this.store.grantWrite(upload.role, documentPrefix);
    this.role = upload.role;
    this.alias = upload.alias;
  }

  /** Lets another function of this service read documents. */
  grantRead(role: IRole): void {
    this.store.grantRead(role, documentPrefix);
  }

  /** What a function of this service is told. */
  get environment(): Record<string, string> {
    return { [environment.documentBucket]: this.store.bucket.bucketName };
  }
}
