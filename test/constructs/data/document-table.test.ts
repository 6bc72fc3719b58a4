import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DocumentTable, type DocumentTableProps, type TableIndex } from '../../../lib/constructs/data/document-table';
import { TableCapacity } from '../../../lib/constructs/data/table-capacity';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { decide } from '../../support/decide';
import { templateOf, testApp, testStack } from '../../support/app';

const text = (name: string) => ({ name, type: AttributeType.STRING });
const required: DocumentTableProps = { partitionKey: text('user_id'), sortKey: text('city') };
const synthesise = (
  props: Partial<DocumentTableProps> = {},
  more: (table: DocumentTable, stack: Stack) => void = () => {},
): Template => templateOf((stack) => more(new DocumentTable(stack, 'Visits', { ...required, ...props }), stack));
const refusal = (props: Partial<DocumentTableProps>) => () =>
  new DocumentTable(testStack(), 'Visits', { ...required, ...props });
const byCity: TableIndex = { partitionKey: text('city'), sortKey: text('day') };
const type = 'AWS::DynamoDB::GlobalTable';

/** What an update from one table to another does to it. */
const impact = (before: Template, after: Template): ResourceImpact => {
  const changes = fullDiff(before.toJSON(), after.toJSON()).resources.changes;
  const [change] = Object.values(changes).filter(({ oldResourceType }) => oldResourceType === type);
  return change?.changeImpact ?? ResourceImpact.NO_CHANGE;
};

describe('DocumentTable', () => {
  test('a table has a partition key and perhaps a sort key, and defines no attribute but keys [data-ddb-keys]', () => {
    synthesise({}, (table) => table.index('byCity', byCity)).hasResourceProperties(type, {
      KeySchema: [
        { AttributeName: 'user_id', KeyType: 'HASH' },
        { AttributeName: 'city', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['user_id', 'city', 'day'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    });
  });

  test('another key means another table, while all else changes in place [data-ddb-keys]', () => {
    expect(impact(synthesise(), synthesise({ sortKey: text('day') }))).toBe(ResourceImpact.WILL_REPLACE);
    expect(impact(synthesise(), synthesise({ expiryAttribute: 'expiresAt' }))).toBe(ResourceImpact.WILL_UPDATE);
  });

  test('an index is added to a table that exists without replacing it [data-ddb-gsi]', () => {
    expect(
      impact(
        synthesise(),
        synthesise({}, (table) => table.index('byCity', byCity)),
      ),
    ).toBe(ResourceImpact.WILL_UPDATE);
  });

  test('an index has keys of its own, and holds all attributes or those named [data-ddb-gsi, data-ddb-projections]', () => {
    synthesise({}, (table) => {
      table.index('byCity', byCity);
      table.index('short', { partitionKey: text('day'), attributes: ['rain'] });
    }).hasResourceProperties(type, {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCity',
          KeySchema: [
            { AttributeName: 'city', KeyType: 'HASH' },
            { AttributeName: 'day', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'short',
          KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['rain'] },
        },
      ],
    });
  });

  test('fails at the twenty-first index [data-ddb-gsi]', () => {
    const table = new DocumentTable(testStack(), 'Visits', required);
    for (let i = 1; i <= 20; i++) table.index(`index${i}`, { partitionKey: text(`key${i}`) });
    expect(() => table.index('index21', { partitionKey: text('key21') })).toThrow(/20/);
  });

  test('it is billed by the request, without an end or up to a ceiling [data-ddb-on-demand]', () => {
    synthesise().hasResourceProperties(type, {
      BillingMode: 'PAY_PER_REQUEST',
      WriteOnDemandThroughputSettings: Match.absent(),
    });
    synthesise({
      capacity: TableCapacity.onDemand({ maxReadRequestUnits: 100, maxWriteRequestUnits: 50 }),
    }).hasResourceProperties(type, {
      BillingMode: 'PAY_PER_REQUEST',
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 50 },
      Replicas: [Match.objectLike({ ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 100 } })],
    });
  });

  test('or by provisioned units that follow the load between two bounds, each index apart [data-ddb-provisioned]', () => {
    const units = { min: 5, max: 50 };
    synthesise({ capacity: TableCapacity.provisioned({ read: units, write: { ...units, target: 90 } }) }, (table) =>
      table.index('byCity', byCity),
    ).hasResourceProperties(type, {
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: {
        WriteCapacityAutoScalingSettings: {
          MinCapacity: 5,
          MaxCapacity: 50,
          TargetTrackingScalingPolicyConfiguration: { TargetValue: 90 },
        },
      },
      GlobalSecondaryIndexes: [
        Match.objectLike({
          WriteProvisionedThroughputSettings: Match.objectLike({
            WriteCapacityAutoScalingSettings: Match.objectLike({ MaxCapacity: 50 }),
          }),
        }),
      ],
    });
  });

  test.each([19, 91])('fails when the target of provisioned capacity is %d %% [data-ddb-provisioned]', (target) => {
    const units = { min: 1, max: 2 };
    expect(refusal({ capacity: TableCapacity.provisioned({ read: units, write: { ...units, target } }) })).toThrow(
      `Stack/Visits:\n  capacity.write.target is ${target} %; give a whole number from 20 to 90 %`,
    );
  });

  test('fails when the bounds of provisioned capacity are upside down, or a ceiling is nothing', () => {
    const upside = { min: 10, max: 5 };
    expect(refusal({ capacity: TableCapacity.provisioned({ read: upside, write: { min: 1, max: 2 } }) })).toThrow(
      'capacity.read has min 10 and max 5; give the larger one as max',
    );
    expect(refusal({ capacity: TableCapacity.onDemand({ maxReadRequestUnits: 0 }) })).toThrow(
      'capacity.maxReadRequestUnits is 0; give a whole number from 1 to 2000000',
    );
  });

  test('it can be restored to any second of 35 days, or of fewer when asked [data-ddb-pitr]', () => {
    const recovery = (days: number) => ({
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days },
        }),
      ],
    });
    synthesise().hasResourceProperties(type, recovery(35));
    synthesise({ recoveryPeriod: Duration.days(1) }).hasResourceProperties(type, recovery(1));
  });

  test.each([Duration.hours(12), Duration.days(36)])(
    'fails when the time to restore is %s [data-ddb-pitr]',
    (recoveryPeriod) => {
      expect(refusal({ recoveryPeriod })).toThrow(
        `recoveryPeriod is ${recoveryPeriod.toHumanString()}; give 1 day to 35 days`,
      );
    },
  );

  test('items expire by the attribute that says when [data-ddb-ttl]', () => {
    synthesise({ expiryAttribute: 'expiresAt' }).hasResourceProperties(type, {
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    synthesise().hasResourceProperties(type, { TimeToLiveSpecification: Match.absent() });
  });

  test('it is encrypted with a key of DynamoDB, or with one that is given, which readers may then use [data-ddb-encryption]', () => {
    synthesise().hasResourceProperties(type, { SSESpecification: { SSEEnabled: false } });
    const stack = new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1' } });
    const key = new Key(stack, 'Key');
    const role = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new DocumentTable(stack, 'Visits', { ...required, encryptionKey: key }).grantGet(role);
    const template = Template.fromStack(stack);
    template.hasResourceProperties(type, {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: Match.anyValue() } })],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['kms:Decrypt']) })]) },
    });
  });

  test('it refuses to be deleted when asked to', () => {
    synthesise({ deletionProtection: true }).hasResourceProperties(type, {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
    });
  });

  test('each grant is for its own actions, a query of an index for the index alone, and only an export may scan [data-ddb-scan-guarded]', () => {
    const policies = (grant: (table: DocumentTable, role: Role) => void) => {
      const template = synthesise({}, (table, stack) => {
        table.index('byCity', byCity);
        grant(table, new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
      });
      const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
      const [table] = Object.keys(template.findResources(type));
      return { document: policy.Properties.PolicyDocument, arn: `<${table}.Arn>` };
    };
    const service = policies((table, role) => {
      table.grantGet(role);
      table.grantPut(role);
      table.grantUpdate(role);
      table.grantQuery(role);
      table.grantQuery(role, 'byCity');
    });
    const may = ({ document, arn }: typeof service, action: string, resource = arn) =>
      decide(document, { action: `dynamodb:${action}`, resource });
    for (const action of ['GetItem', 'PutItem', 'UpdateItem', 'Query'])
      expect([action, may(service, action)]).toEqual([action, 'allow']);
    expect(may(service, 'Query', `${service.arn}/index/byCity`)).toBe('allow');
    expect(may(service, 'GetItem', `${service.arn}/index/byCity`)).toBe('implicit deny');
    for (const action of ['Scan', 'DeleteItem', 'BatchWriteItem', 'DeleteTable', 'PartiQLSelect']) {
      expect([action, may(service, action)]).toEqual([action, 'implicit deny']);
    }
    expect(may(service, 'Scan', `${service.arn}/index/byCity`)).toBe('implicit deny');

    const exporter = policies((table, role) => table.grantExport(role));
    expect(may(exporter, 'Scan')).toBe('allow');
    expect(may(exporter, 'PutItem')).toBe('implicit deny');
  });

  test('calls that are throttled, read or written, set off an alarm', () => {
    templateOf(
      (stack) => new DocumentTable(stack, 'Visits', { ...required, alarms: new AlarmTopic(stack, 'Alarms') }),
    ).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 0,
      Metrics: Match.arrayWith(
        ['ReadThrottleEvents', 'WriteThrottleEvents'].map((MetricName) =>
          Match.objectLike({ MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName }) }) }),
        ),
      ),
    });
  });

  describe('in several Regions', () => {
    const inRegion = (props: Partial<DocumentTableProps>) => {
      const stack = new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1' } });
      new DocumentTable(stack, 'Visits', { ...required, ...props });
      return Template.fromStack(stack);
    };

    test('each is restorable and protected by itself, and changes are told with what was before [data-ddb-global-table]', () => {
      const [table] = Object.values(
        inRegion({ replicas: ['us-east-1'], deletionProtection: true }).findResources(type),
      ).map(({ Properties }) => Properties);
      expect(table.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
      expect(
        table.Replicas.map(({ Region, DeletionProtectionEnabled, PointInTimeRecoverySpecification: recovery }: any) => [
          Region,
          DeletionProtectionEnabled,
          recovery.PointInTimeRecoveryEnabled,
        ]).sort(),
      ).toEqual([
        ['eu-west-1', true, true],
        ['us-east-1', true, true],
      ]);
    });

    test('fails when a Region stands twice, is the own one, or the stream tells too little [data-ddb-global-table]', () => {
      expect(() =>
        inRegion({ replicas: ['eu-west-1', 'us-east-1', 'us-east-1'], stream: StreamViewType.KEYS_ONLY }),
      ).toThrow(
        [
          'Stack/Visits:',
          '  replicas has eu-west-1, where the table itself is; leave it out',
          '  replicas has us-east-1 more than once; name each Region once',
          '  stream is KEYS_ONLY, but replicas are told of changes by a stream of NEW_AND_OLD_IMAGES; give that, or leave stream out',
        ].join('\n'),
      );
    });

    test('fails in a stack that could stand in any of them [data-ddb-global-table]', () => {
      expect(refusal({ replicas: ['us-east-1'] })).toThrow(
        'replicas is given in a stack without a fixed Region, which could be one of them; give the stack its Region',
      );
    });
  });

  test('fails when keys are one attribute or too long, when expiry is a key, and says all at once [data-ddb-keys]', () => {
    expect(refusal({ partitionKey: text('city'), expiryAttribute: 'city' })).toThrow(
      [
        'Stack/Visits:',
        'table has city as partition and sort key; take two attributes, or one key',
        'expiryAttribute is city, which is a key; name an attribute of its own',
      ].join('\n  '),
    );
    expect(refusal({ partitionKey: text('ä'.repeat(128)) })).toThrow('give a name of 1 to 255 bytes');
  });

  test('fails when an index is asked for that is not there, or lists what it holds anyway', () => {
    const table = new DocumentTable(testStack(), 'Visits', required);
    const role = new Role(table, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => table.grantQuery(role, 'byDay')).toThrow(
      'index is byDay, which this table does not have; it has none',
    );
    expect(() => table.index('byCity', { ...byCity, attributes: ['user_id'] })).toThrow(
      'index byCity lists user_id, a key, which it holds anyway; leave it out',
    );
    expect(() => table.index('byCity', { ...byCity, attributes: [] })).toThrow(
      'index byCity lists no attributes; leave attributes out for all, or name some',
    );
  });

  test('fails when the changes of a table without a stream are to be read [serverless-table-trigger]', () => {
    const stack = testStack();
    const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => new DocumentTable(stack, 'Visits', required).grantStreamRead(reader)).toThrow(
      'Stack/Visits:\n  stream is missing, so that there are no changes to read; give it',
    );
  });
});
