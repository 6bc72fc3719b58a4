import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** The account of the emulator, and where it is. */
export const account = '123456789012';
export const region = 'us-east-1';

/** Clients of whoever is not the code under test: they talk to the emulator directly, and nothing goes wrong with them. */
export class Aws {
  readonly dynamodb: DynamoDBClient;
  readonly ec2: EC2Client;
  readonly kinesis: KinesisClient;
  readonly mediaConvert: MediaConvertClient;
  readonly s3: S3Client;
  readonly ses: SESv2Client;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;

  constructor(endpoint: string) {
    const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.dynamodb = new DynamoDBClient(settings);
    this.ec2 = new EC2Client(settings);
    // Otherwise it would talk HTTP/2, which the emulator does not.
    this.kinesis = new KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() });
    this.mediaConvert = new MediaConvertClient(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.ses = new SESv2Client(settings);
    this.sfn = new SFNClient(settings);
    this.sns = new SNSClient(settings);
    this.sqs = new SQSClient(settings);
  }

  stop(): void {
    for (const client of Object.values(this) as { destroy(): void }[]) client.destroy();
  }
}

/** Where `global-setup.ts` started the emulator of this worker. */
export function emulatorEndpoint(): string {
  const endpoints = process.env.WIRE_EMULATORS?.split(' ') ?? [];
  if (endpoints.length === 0) throw new Error('no emulator was started; run npm run test:wire');
  return endpoints[(Number(process.env.JEST_WORKER_ID) - 1) % endpoints.length];
}
