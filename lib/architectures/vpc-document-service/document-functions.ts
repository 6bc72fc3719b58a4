import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/vpc-document-service/environment';
import type { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import type { DocumentTable } from '../../constructs/data/document-table';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { LoadBalancedFunction } from '../../constructs/serverless/load-balanced-function';
import type { SharedFiles } from '../../constructs/storage/shared-files';
import { handlerCode } from '../../handlers';
import type { Place } from './place';

export interface DocumentFunctionsProps {
  readonly place: Place;
  readonly files: SharedFiles;
  readonly index: DocumentTable;
  readonly entry: AppLoadBalancer;
  readonly alarms: AlarmTopic;
}

const folder = '/mnt/documents';

/** One function that keeps documents and one that gives them back, behind one group, with the same files before their eyes. */
export class DocumentFunctions extends Construct {
  constructor(scope: Construct, id: string, props: DocumentFunctionsProps) {
    super(scope, id);
    const { place, files, index, entry, alarms } = props;
    // One group, so that both share the interfaces that Lambda makes in the subnets.
    const group = new TierSecurityGroup(this, 'Group', {
      vpc: place.vpc,
      description: 'Functions: to files and table',
    });
    const make = (name: string, description: string, readOnly: boolean) => {
      const made = new AppFunction(this, name, {
        description,
        code: handlerCode('vpc-document-service', name.toLowerCase()),
        service: 'vpc-document-service',
        memorySize: 512,
        environment: {
          [environment.folder]: folder,
          [environment.table]: index.table.tableName,
        },
        network: {
          vpc: place.vpc,
          subnets: place.subnets,
          egress: place.egress,
          group,
          files: { shared: files, at: folder, readOnly },
        },
      });
      new FunctionAlarms(made, 'Alarms', { function: made, alarms });
      return made;
    };
    const keep = make('Keep', 'Keeps documents', false);
    const look = make('Look', 'Gives documents back', true);
    index.grantPut(keep.role);
    index.grantGet(look.role);
    index.grantQuery(look.role);

    const paths = ListenerCondition.pathPatterns(['/documents', '/documents/*']);
    new LoadBalancedFunction(this, 'Keeping', {
      balancer: entry,
      callee: keep.function,
      priority: 10,
      conditions: [paths, ListenerCondition.httpRequestMethods(['PUT'])],
    });
    new LoadBalancedFunction(this, 'Looking', {
      balancer: entry,
      callee: look.function,
      priority: 20,
      conditions: [paths, ListenerCondition.httpRequestMethods(['GET'])],
    });
  }
}
