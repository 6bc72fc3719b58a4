import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Stack } from '../template/stack';
import { clientConfig } from './place';
import { resourcesOf } from './resources';
import type { Sandbox } from './sandbox';

/**
 * Empties the buckets that stopped the deletion of a stack: the template has them emptied, and access logs came later.
 * A bucket that the template does not have emptied is left alone.
 */
export async function emptyRefilled(
  sandbox: Sandbox,
  client: CloudFormationClient,
  { name: stack, template, region }: Stack,
): Promise<void> {
  for (const resource of await resourcesOf(client, stack)) {
    const { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus } = resource;
    if (ResourceType !== 'AWS::S3::Bucket' || ResourceStatus !== 'DELETE_FAILED' || !PhysicalResourceId) continue;
    const tags = (template.Resources[LogicalResourceId!]?.Properties?.Tags ?? []) as { Key: string; Value: string }[];
    if (!tags.some(({ Key, Value }) => Key === 'aws-cdk:auto-delete-objects' && Value === 'true')) continue;
    const s3 = new S3Client({ ...clientConfig(sandbox.place), ...(region !== undefined && { region }) });
    sandbox.say(`emptied ${PhysicalResourceId} of ${await empty(s3, PhysicalResourceId)} late objects`);
  }
}

/** Deletes every version of everything; answers how many there were. */
export async function empty(s3: S3Client, bucket: string): Promise<number> {
  let count = 0;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (objects.length === 0) return count;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    if (Errors.length > 0) throw new Error(`${bucket} cannot be emptied: ${Errors[0].Key}: ${Errors[0].Message}`);
    count += objects.length;
  }
}
