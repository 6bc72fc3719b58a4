import { Duration, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Peer, Port, Vpc, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DataIdentifier } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { templateOf, testStack } from '../../support/app';
import { decide, text } from '../../support/decide';

const required = { description: 'Answers', code: Code.fromInline('exports.handler = async () => 1') };
const synthesise = (props: Partial<AppFunctionProps> = {}): Template =>
  templateOf((stack) => new AppFunction(stack, 'Answer', { ...required, ...props }));
const refusal = (props: Partial<AppFunctionProps>) => () =>
  new AppFunction(testStack(), 'Answer', { ...required, ...props });

describe('AppFunction', () => {
  test('actions that know no resource are granted in a statement of their own [serverless-execution-role]', () => {
    const [policy] = Object.values(
      synthesise({ unscopedActions: ['ec2:DescribeInstanceStatus'] }).findResources('AWS::IAM::Policy'),
    );
    const open = policy.Properties.PolicyDocument.Statement.filter(({ Resource }: any) => Resource === '*');
    expect(open.flatMap(({ Action }: any) => Action).sort()).toEqual([
      'ec2:DescribeInstanceStatus',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('a function has a role of its own that may write its own log group and send traces, and nothing else [serverless-function-baseline, serverless-execution-role, serverless-tracing]', () => {
    const template = synthesise();
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringContaining('AnswerLogs'), 'Arn'] },
      },
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', { RecursiveLoop: 'Terminate' });
  });

  test('logs are JSON, go to a group of the stack and expire when asked to [serverless-logs]', () => {
    const template = synthesise({ logRetention: 3 });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 3 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
    });
  });

  test('what is sensitive is masked in the logs, where that is asked for [messaging-sensitive-data]', () => {
    const identifiers = [DataIdentifier.EMAILADDRESS, DataIdentifier.CREDITCARDNUMBER];
    const [{ Properties }] = Object.values(
      synthesise({ maskedInLogs: identifiers }).findResources('AWS::Logs::LogGroup'),
    );
    const { Statement } = Properties.DataProtectionPolicy;
    const named = Statement.flatMap(({ DataIdentifier: of }: { DataIdentifier: unknown[] }) =>
      of.map((one) => JSON.stringify(one)),
    );
    expect(named.filter((one: string) => one.includes('EmailAddress'))).toHaveLength(2);
    expect(Statement[1].Operation).toEqual({ Deidentify: { MaskConfig: {} } });
    synthesise().hasResourceProperties('AWS::Logs::LogGroup', { DataProtectionPolicy: Match.absent() });
    expect(refusal({ maskedInLogs: [] })).toThrow('maskedInLogs is empty; name what is to be masked, or leave it out');
  });

  test('every run is traced [serverless-tracing]', () => {
    synthesise().hasResourceProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
  });

  test.each([128, 10_240])('%d MB of memory is taken as given [serverless-memory-cpu]', (memorySize) => {
    synthesise({ memorySize }).hasResourceProperties('AWS::Lambda::Function', { MemorySize: memorySize });
  });

  test.each([64, 127, 10_241, 20_000])('fails when memory is %d MB [serverless-memory-cpu]', (memorySize) => {
    expect(refusal({ memorySize })).toThrow(
      `Stack/Answer:\n  memorySize is ${memorySize} MB; give a whole number from 128 to 10240 MB`,
    );
  });

  test('memory and timeout are always written out [serverless-memory-cpu, serverless-timeout]', () => {
    synthesise().hasResourceProperties('AWS::Lambda::Function', { MemorySize: 256, Timeout: 10 });
  });

  test.each([
    [Duration.seconds(0), '0 seconds'],
    [Duration.minutes(16), '16 minutes'],
  ])('fails when the timeout is outside one second to fifteen minutes: %s [serverless-timeout]', (timeout, seen) => {
    expect(refusal({ timeout })).toThrow(`timeout is ${seen}; give 1 second to 15 minutes`);
  });

  test.each([512, 10_240])('/tmp of %d MiB is taken as given [serverless-ephemeral-storage]', (size) => {
    synthesise({ ephemeralStorage: Size.mebibytes(size) }).hasResourceProperties('AWS::Lambda::Function', {
      EphemeralStorage: { Size: size },
    });
  });

  test.each([511, 10_241])(
    'fails when /tmp has %d MiB, as the CDK itself does [serverless-ephemeral-storage]',
    (size) => {
      const storage = Size.mebibytes(size);
      expect(refusal({ ephemeralStorage: storage })).toThrow(
        `Stack/Answer:\n  ephemeralStorage is ${size} MiB; give a whole number from 512 to 10240 MiB`,
      );
      const byItself = () =>
        new Function(testStack(), 'Bare', {
          code: required.code,
          handler: 'index.handler',
          runtime: Runtime.NODEJS_24_X,
          ephemeralStorageSize: storage,
        });
      expect(byItself).toThrow(/Ephemeral storage size/);
    },
  );

  test('a function that is paused has no run left, whatever the account has [serverless-concurrency]', () => {
    synthesise({ paused: true }).hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 0 });
    synthesise({ paused: false }).hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: Match.absent(),
    });
    synthesise({ reservedConcurrentExecutions: 7 }).hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 7,
    });
  });

  test('fails when it is paused and keeps runs, and when it keeps a negative number of them [serverless-concurrency]', () => {
    expect(refusal({ paused: true, reservedConcurrentExecutions: 5 })).toThrow(
      'Stack/Answer:\n  paused is true and reservedConcurrentExecutions is 5; a paused function has none, so leave one of them out',
    );
    expect(refusal({ reservedConcurrentExecutions: -1 })).toThrow(
      'Stack/Answer:\n  reservedConcurrentExecutions is -1; give a whole number from 0 to 1000000',
    );
  });

  test('fails when an environment key is one the service refuses, and when the values exceed 4 KB, in one error [serverless-environment-variables]', () => {
    expect(refusal({ environment: { 'TABLE-NAME': 'x', '1ST': 'x', A: 'x', TEXT: 'x'.repeat(4096) } })).toThrow(
      [
        'Stack/Answer:',
        'environment has the key TABLE-NAME; start it with a letter and use two or more letters, digits and underscores',
        'environment has the key 1ST; start it with a letter and use two or more letters, digits and underscores',
        'environment has the key A; start it with a letter and use two or more letters, digits and underscores',
        'environment holds 4180 bytes as JSON, which Lambda measures; keep it within 4096, and put larger settings into Parameter Store',
      ].join('\n  '),
    );
  });

  test('the environment is measured as Lambda does, with what the function is given besides [serverless-environment-variables]', () => {
    // {"NODE_OPTIONS":"--enable-source-maps","TEXT":"…"}
    const around = 49;
    expect(refusal({ environment: { TEXT: 'x'.repeat(4096 - around) } })).not.toThrow();
    expect(refusal({ environment: { TEXT: 'x'.repeat(4097 - around) } })).toThrow('environment holds 4097 bytes');
  });

  test('the CDK itself refuses a variable that Lambda keeps for itself [serverless-environment-variables]', () => {
    expect(refusal({ environment: { AWS_REGION: 'eu-west-1' } })).toThrow(/reserved/);
  });

  test('two stages differ in nothing but variables [serverless-environment-variables]', () => {
    const ofStage = (STAGE: string) => {
      const { Properties } = Object.values(
        synthesise({ environment: { STAGE } }).findResources('AWS::Lambda::Function'),
      )[0];
      const { Environment, ...others } = Properties;
      return { variables: Environment.Variables, others };
    };
    const [staging, live] = ['staging', 'live'].map(ofStage);
    expect(staging.others).toEqual(live.others);
    expect([staging.variables.STAGE, live.variables.STAGE]).toEqual(['staging', 'live']);
  });

  test('a key of its own encrypts variables and logs, for which the role and CloudWatch Logs of this account may use it [serverless-environment-variables, serverless-logs]', () => {
    const template = templateOf(
      (stack) => new AppFunction(stack, 'Answer', { ...required, encryptionKey: new Key(stack, 'Key') }),
    );
    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };
    template.hasResourceProperties('AWS::Lambda::Function', { KmsKeyArn: key });
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: key });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const granted = policy.Properties.PolicyDocument.Statement.filter(({ Resource }: any) =>
      /^<Key/.test(text(Resource)),
    );
    expect(granted.map(({ Action }: any) => Action)).toEqual(['kms:Decrypt']);

    const [{ Properties }] = Object.values(template.findResources('AWS::KMS::Key'));
    const encrypts = (group: string) =>
      decide(Properties.KeyPolicy, {
        principal: { Service: 'logs.<AWS::Region>.amazonaws.com' },
        action: 'kms:GenerateDataKey',
        resource: '*',
        context: { 'kms:EncryptionContext:aws:logs:arn': group },
      });
    expect(encrypts('arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:Answer')).toBe('allow');
    expect(encrypts('arn:<AWS::Partition>:logs:<AWS::Region>:999999999999:log-group:Answer')).toBe('implicit deny');
    synthesise().hasResourceProperties('AWS::Lambda::Function', { KmsKeyArn: Match.absent() });
  });

  test('stands in no network unless it is told to [serverless-outside-vpc]', () => {
    synthesise().hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
  });

  test('is called by the name of its service, which is said in one place', () => {
    synthesise({ service: 'shop', environment: { TABLE: 'things' } }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'shop', TABLE: 'things' } },
    });
    expect(refusal({ environment: { POWERTOOLS_SERVICE_NAME: 'shop' } })).toThrow(
      "Stack/Answer:\n  environment has POWERTOOLS_SERVICE_NAME; give service: 'shop' instead",
    );
  });

  test('events that failed for good go to its dead-letter queue, which its role may then reach [serverless-async-dead-letter]', () => {
    const template = templateOf(
      (stack) => new AppFunction(stack, 'Answer', { ...required, deadLetterQueue: new Queue(stack, 'Dead') }),
    );
    const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Dead'), 'Arn'] };
    template.hasResourceProperties('AWS::Lambda::Function', { DeadLetterConfig: { TargetArn: queue } });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([{ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: queue }]) },
    });
  });

  test('fails when its dead-letter queue is a FIFO queue [serverless-async-dead-letter]', () => {
    const stack = testStack();
    const deadLetterQueue = new Queue(stack, 'Dead', { fifo: true });
    expect(() => new AppFunction(stack, 'Answer', { ...required, deadLetterQueue })).toThrow(
      'Stack/Answer:\n  deadLetterQueue is a FIFO queue, to which Lambda cannot send; give a standard queue',
    );
  });

  describe('in a network', () => {
    const inNetwork = (subnets?: (vpc: IVpc) => ISubnet[]) => {
      const stack = testStack();
      const vpc = new Vpc(stack, 'Vpc', { availabilityZones: ['a', 'b'], natGateways: 1 });
      const network = { vpc, ...(subnets && { subnets: { subnets: subnets(vpc) } }) };
      const answer = new AppFunction(stack, 'Answer', { ...required, network });
      return { answer, template: () => Template.fromStack(stack) };
    };
    const ref = (id: string) => ({ Ref: Match.stringLikeRegexp(id) });
    const arn = (...end: readonly unknown[]) => ({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ...end],
      ],
    });

    test('it stands in private subnets, behind a group that is closed both ways until it is opened', () => {
      const { answer, template } = inNetwork();
      answer.function.connections.allowTo(Peer.ipv4('10.0.0.0/16'), Port.tcp(443));
      template().hasResourceProperties('AWS::Lambda::Function', {
        VpcConfig: {
          SubnetIds: [ref('VpcPrivateSubnet1'), ref('VpcPrivateSubnet2')],
          SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^AnswerAccess'), 'GroupId'] }],
        },
      });
      template().hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Function Stack/Answer',
        SecurityGroupIngress: Match.absent(),
        SecurityGroupEgress: [Match.objectLike({ CidrIp: '10.0.0.0/16', FromPort: 443 })],
      });
    });

    test('Lambda may make its interfaces in these subnets with this group, and no others', () => {
      inNetwork()
        .template()
        .hasResourceProperties('AWS::IAM::Policy', {
          PolicyDocument: {
            Statement: Match.arrayWith([
              {
                Action: 'ec2:CreateNetworkInterface',
                Effect: 'Allow',
                Resource: [
                  arn(':network-interface/*'),
                  arn(':security-group/', { 'Fn::GetAtt': [Match.stringLikeRegexp('^AnswerAccess'), 'GroupId'] }),
                  arn(':subnet/', ref('VpcPrivateSubnet1')),
                  arn(':subnet/', ref('VpcPrivateSubnet2')),
                ],
              },
            ]),
          },
        });
    });

    test('fails in public subnets, and in one alone', () => {
      expect(() => inNetwork(({ publicSubnets }) => publicSubnets)).toThrow(
        'Stack/Answer:\n  network has the public subnets Stack/Vpc/PublicSubnet1, Stack/Vpc/PublicSubnet2, where a function gets no public address and so no way out; choose private or isolated ones',
      );
      expect(() => inNetwork(({ privateSubnets }) => privateSubnets.slice(1))).toThrow(
        'network has the one subnet Stack/Vpc/PrivateSubnet2, whose zone the function fails with; choose two of different zones or more',
      );
    });
  });
});
