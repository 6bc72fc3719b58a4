import { Size } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  FileSystem,
  LifecyclePolicy,
  PerformanceMode,
  ThroughputMode,
  type CfnFileSystem,
  type FileSystemProps,
} from 'aws-cdk-lib/aws-efs';
import { Template } from 'aws-cdk-lib/assertions';
import { guardFiles, type FileGuardOptions } from '../../../lib/constructs/storage/file-guard';
import { FilePerformance } from '../../../lib/constructs/storage/file-performance';
import { FileThroughput } from '../../../lib/constructs/storage/file-throughput';
import { SharedFiles } from '../../../lib/constructs/storage/shared-files';
import { testStack } from '../../support/app';

/** Synthesises a plain file system of the CDK under the guard. */
function plain(props: Partial<FileSystemProps>, options?: FileGuardOptions) {
  const stack = testStack();
  guardFiles(stack, options);
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  const made = new FileSystem(stack, 'Plain', { vpc, ...props });
  return { made, template: () => Template.fromStack(stack) };
}
const under = (props: Partial<FileSystemProps>, options?: FileGuardOptions) => () => plain(props, options).template();
const archive = { transitionToArchivePolicy: LifecyclePolicy.AFTER_90_DAYS };

describe('FileGuard', () => {
  test('lets through what can be deployed, and one zone where it may be', () => {
    expect(under({})).not.toThrow();
    expect(under({ oneZone: true })).not.toThrow();
    expect(
      under({ throughputMode: ThroughputMode.PROVISIONED, provisionedThroughputPerSecond: Size.mebibytes(5) }),
    ).not.toThrow();
  });

  test('fails when files are not encrypted, which the CDK accepts [storage-efs-encrypted]', () => {
    expect(under({ encrypted: false })).toThrow(
      'Stack/Plain/Resource:\n  files are not encrypted, which only a new file system would change; say encrypted: true, or take SharedFiles',
    );
  });

  test('fails when throughput is provisioned in another mode, which the CDK accepts [storage-efs-throughput-mode]', () => {
    expect(under({ provisionedThroughputPerSecond: Size.mebibytes(100) })).toThrow(
      'throughput of 100 MiB/s is provisioned but the mode is bursting, which has none; take FileThroughput.provisioned(…), or leave the amount out',
    );
  });

  test('fails when archiving has nothing before it, which the CDK accepts [storage-efs-lifecycle]', () => {
    expect(under({ ...archive, throughputMode: ThroughputMode.ELASTIC })).toThrow(
      'tiers archive after 90 days, but nothing is infrequent before; say after how many days it is',
    );
    expect(under({ ...archive, lifecyclePolicy: LifecyclePolicy.AFTER_30_DAYS })).toThrow(
      'tiers archive after 90 days, which needs elastic throughput and not bursting',
    );
  });

  test('fails when Max I/O has no reason [storage-efs-performance-mode]', () => {
    expect(under({ performanceMode: PerformanceMode.MAX_IO })).toThrow(
      'performance is maxIO without a reason; take FilePerformance.maxIO(reason) of SharedFiles, or general purpose',
    );
    const stack = testStack();
    guardFiles(stack);
    new SharedFiles(stack, 'Files', {
      vpc: new Vpc(stack, 'Vpc', { natGateways: 1 }),
      throughput: FileThroughput.bursting(),
      performance: FilePerformance.maxIO('A thousand clients read at once.'),
    });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('fails when files are in one zone and every zone is asked for, as production does [storage-efs-one-zone]', () => {
    expect(under({ oneZone: true }, { everyZone: true })).toThrow(
      'files are kept in one zone, and gone while it is; that is for development, so leave oneZone out in production',
    );
  });

  test('fails when an access point begins at a folder that nobody makes, which the CDK accepts [storage-efs-access-point]', () => {
    const { made, template } = plain({});
    made.addAccessPoint('Point', { path: '/nowhere' });
    expect(template).toThrow(
      'access point begins at /nowhere, which nobody makes, so that mounts would fail; say createAcl, or take SharedFiles',
    );
  });

  test('looks at what a template says in the end, overrides included', () => {
    const { made, template } = plain({});
    (made.node.defaultChild as CfnFileSystem).addPropertyOverride('Encrypted', false);
    expect(template).toThrow('files are not encrypted');
  });
});
