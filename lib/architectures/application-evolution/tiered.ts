import { Connections } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { documentPrefix, environment, summaryPrefix } from '../../../lambda/application-evolution/environment';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { pathOf } from './contract';
import { Library } from './library';
import { Place } from './place';
import { ServerTier } from './server-tier';
import type { Stage, StageProps } from './stage';

/**
 * Stage 2: a tier that takes documents in and one that processes them, each behind a balancer and growing by itself. The first
 * calls the second and waits for it, so that it fails with it; and neither can shrink to nothing, as somebody may call.
 *
 * @claims serverless-stage-tiered
 */
export class Tiered extends Construct implements Stage {
  readonly answering: Stage['answering'];
  readonly outputs: Stage['outputs'];

  constructor(scope: Construct, id: string, { ...props }: StageProps) {
    super(scope, id);
    const place = new Place(this, 'Place');
    const library = new Library(this, 'Library', props);
    // Who calls is made after who is called, as it is told the address.
    const callers = new Connections();
    const behind = new ServerTier(this, 'Process', {
      ...props,
      place,
      from: { connections: callers },
      program: 'process-tier',
      environment: {},
    });
    const front = new ServerTier(this, 'Upload', {
      ...props,
      place,
      from: place.link,
      program: 'upload-tier',
      environment: {
        [environment.documentBucket]: library.bucket.bucketName,
        [environment.summaryBucket]: library.bucket.bucketName,
        [environment.processUrl]: behind.entry.url,
      },
    });
    callers.addSecurityGroup(...front.connections.securityGroups);
    for (const prefix of [documentPrefix, summaryPrefix]) {
      library.grantRead(front.role, prefix);
      library.grantWrite(front.role, prefix);
    }

    const { loadBalancer: balancer } = front.entry;
    this.answering = (route) => ApiTarget.linkedProxy(place.link, { balancer, path: pathOf(route) });
    this.outputs = {
      UploadGroup: ['Servers that take documents in', front.groupName],
      ProcessGroup: ['Servers that process them', behind.groupName],
      LibraryBucket: ['Documents and summaries', library.bucket.bucketName],
    };
  }
}
