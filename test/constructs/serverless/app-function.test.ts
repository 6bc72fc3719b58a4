import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { templateOf, testStack } from '../../support/app';

const required = { description: 'Answers', code: Code.fromInline('exports.handler = async () => 1') };
const synthesise = (props: Partial<AppFunctionProps> = {}): Template =>
  templateOf((stack) => new AppFunction(stack, 'Answer', { ...required, ...props }));
const refusal = (props: Partial<AppFunctionProps>) => () =>
  new AppFunction(testStack(), 'Answer', { ...required, ...props });

describe('AppFunction', () => {
  test('a function has a role of its own that may write its own log group and send traces, and nothing else [serverless-function-baseline, serverless-execution-role]', () => {
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

  test('fails when an environment key is one the service refuses, and when the values exceed 4 KB, in one error [serverless-environment-variables]', () => {
    expect(refusal({ environment: { 'TABLE-NAME': 'x', '1ST': 'x', A: 'x', TEXT: 'x'.repeat(4096) } })).toThrow(
      [
        'Stack/Answer:',
        'environment has the key TABLE-NAME; start it with a letter and use two or more letters, digits and underscores',
        'environment has the key 1ST; start it with a letter and use two or more letters, digits and underscores',
        'environment has the key A; start it with a letter and use two or more letters, digits and underscores',
        'environment holds 4117 bytes; keep it within 4096, and put larger settings into Parameter Store',
      ].join('\n  '),
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
});
