import { Match } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { ReleaseStrategy } from '../../../lib/constructs/serverless/release-strategy';
import { ReleasedFunction, type ReleasedFunctionProps } from '../../../lib/constructs/serverless/released-function';
import { templateOf } from '../../support/app';

const synthesise = (props: Partial<ReleasedFunctionProps> = {}) =>
  templateOf(
    (stack) =>
      new ReleasedFunction(stack, 'Answer', {
        alarms: new AlarmTopic(stack, 'Alarms'),
        strategy: ReleaseStrategy.canary(),
        description: 'Answers',
        code: Code.fromInline('exports.handler = async () => 1'),
        service: 'shop',
        ...props,
      }),
  );
const answers = {
  MetricName: 'Failures',
  Namespace: 'Groundplan',
  Dimensions: Match.arrayWith([{ Name: 'service', Value: 'shop' }]),
};

describe('ReleasedFunction', () => {
  test('callers call an alias, and what the function counts is told by its service', () => {
    const template = synthesise({ environment: { TABLE: 'things' } });
    template.resourceCountIs('AWS::Lambda::Alias', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 512,
      Timeout: 10,
      Environment: {
        Variables: { POWERTOOLS_SERVICE_NAME: 'shop', POWERTOOLS_METRICS_NAMESPACE: 'Groundplan', TABLE: 'things' },
      },
    });
  });

  test('a release is taken back when the new version answers with 500, though Lambda counts no error [serverless-gradual-release]', () => {
    synthesise().hasResourceProperties('AWS::CloudWatch::Alarm', answers);
  });

  test.each<[string, Partial<ReleasedFunctionProps>]>([
    ['a release moves all calls at once', { strategy: ReleaseStrategy.allAtOnce() }],
    ['it answers nobody', { asynchronous: true }],
  ])('nothing watches answers where %s', (_, props) => {
    expect(
      synthesise(props).findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'Failures' } }),
    ).toEqual({});
  });
});
