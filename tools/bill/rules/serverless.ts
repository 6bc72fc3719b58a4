import { pollCost } from '../../../lib/constructs/messaging/poll-cost';
import { gigabytes, HOURS, hourly, type Billing, type Load, type Meter, type Rules } from '../rule';
import { Open, type Part } from '../site';

/** Seconds that Lambda lets a request for messages wait, whatever the queue says. */
const LAMBDA_WAITS = 20;
const HOURS_OF_POLL_COST = 720;

export const serverless: Rules = {
  'AWS::Lambda::Function': (part) => {
    const gb = (part.number('MemorySize') ?? 128) / 1024;
    const serves = (units: (load: Load) => number): Meter['units'] => (isHelper(part) ? undefined : units);
    const atEdge = runsAtEdge(part);
    return {
      usage: [
        {
          price: atEdge ? 'lambda.edge.request' : 'lambda.request',
          words: 'each run',
          units: serves(({ events }) => events),
        },
        {
          price: `lambda.${atEdge ? 'edge' : chipOf(part)}.gb-second`,
          words: `each second it runs, times ${gb} GB`,
          units: serves(({ events, milliseconds }) => (events * milliseconds * gb) / 1000),
        },
        {
          price: 'logs.lambda.gb',
          words: 'each GB it logs; the example has half a KB a run',
          units: serves(({ events }) => events / 2_000_000),
        },
        ...traced(
          part.text('TracingConfig.Mode') === 'Active',
          serves(({ events }) => events / 20),
        ),
      ],
    };
  },
  'AWS::Lambda::Alias': provisioned,
  'AWS::Lambda::Version': provisioned,
  'AWS::Lambda::EventSourceMapping': (part) => {
    const queue = part.refers('EventSourceArn');
    if (queue?.type !== 'AWS::SQS::Queue') return {};
    const { emptyRequests } = pollCost({ messages: 0, waitSeconds: LAMBDA_WAITS });
    return {
      fixed: [
        {
          price: `sqs.${queue.is('FifoQueue') ? 'fifo' : 'standard'}.request`,
          units: (emptyRequests * HOURS) / HOURS_OF_POLL_COST,
          words: 'Lambda asks the empty queue',
        },
      ],
    };
  },
  'AWS::ApiGateway::RestApi': () => ({
    usage: [
      { price: 'api-gateway.rest.request', words: 'each call', units: ({ events }) => events },
      { price: 'data-transfer.out.gb', words: 'what is answered', units: gigabytes },
    ],
  }),
  'AWS::ApiGateway::Stage': (part) => ({
    fixed: part.is('CacheClusterEnabled')
      ? [hourly(`api-gateway.cache.hour/${part.text('CacheClusterSize') ?? '0.5'}`)]
      : [],
    usage: [
      ...(part.list('MethodSettings').some((one) => String(one.MetricsEnabled) === 'true' && one.HttpMethod !== '*')
        ? [{ price: 'cloudwatch.metric.month', words: 'each figure of each method, once it is called' }]
        : []),
      ...traced(part.is('TracingEnabled'), ({ events }) => events / 20),
    ],
  }),
  'AWS::ApiGatewayV2::Api': (part) =>
    part.text('ProtocolType') === 'WEBSOCKET'
      ? {
          usage: [
            { price: 'api-gateway.websocket.message', words: 'each message in or out', units: ({ events }) => events },
            { price: 'api-gateway.websocket.minute', words: 'each minute of each connection' },
          ],
        }
      : {
          usage: [
            { price: 'api-gateway.http.request', words: 'each call', units: ({ events }) => events },
            { price: 'data-transfer.out.gb', words: 'what is answered', units: gigabytes },
          ],
        },
  'AWS::StepFunctions::StateMachine': (part) =>
    part.text('StateMachineType') === 'EXPRESS'
      ? {
          usage: [
            { price: 'step-functions.express.request', words: 'each run', units: ({ events }) => events },
            { price: 'step-functions.express.gb-hour', words: 'each hour it runs, times its memory' },
          ],
        }
      : {
          usage: [
            {
              price: 'step-functions.transition',
              words: 'each step of a run; the example has ten',
              units: ({ events }) => events * 10,
            },
          ],
        },
  'AWS::AppSync::GraphQLApi': () => ({
    usage: [{ price: 'appsync.operation', words: 'each query or change', units: ({ events }) => events }],
  }),
  'AWS::KinesisFirehose::DeliveryStream': () => ({
    usage: [{ price: 'firehose.gb', words: 'each record, 5 KB at least', units: ({ events }) => events / 200_000 }],
  }),
};

/** Whether a function only helps while stacks are deployed: it stands behind a custom resource. */
export const isHelper = (part: Part): boolean =>
  part.site.parts.some((other) => other.refers('ServiceToken') === part) ||
  /^Custom::|\/Provider\b|^LogRetention/.test(part.path);

/** Whether CloudFront runs it, which its role is then trusted to. */
const runsAtEdge = (part: Part): boolean =>
  JSON.stringify(part.refers('Role')?.raw('AssumeRolePolicyDocument') ?? null).includes('edgelambda.amazonaws.com');

const chipOf = (part: Part): 'arm' | 'x86' =>
  ((part.list('Architectures') as unknown as string[])[0] ?? 'x86_64') === 'arm64' ? 'arm' : 'x86';

const traced = (isOn: boolean, units: Meter['units']): Meter[] =>
  isOn ? [{ price: 'xray.trace', words: 'each call that is traced; the example has one in twenty', units }] : [];

function provisioned(part: Part): Billing {
  const property = 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions';
  const count = part.number(property);
  if (count === undefined) return {};
  const code = part.refers('FunctionName');
  if (code === undefined) throw new Open('its function is not among the templates');
  const gb = (code.number('MemorySize') ?? 128) / 1024;
  return {
    fixed: [
      {
        price: `lambda.${chipOf(code)}.provisioned.gb-second`,
        units: count * gb * HOURS * 3600,
        words: `${count} kept warm, ${gb} GB each`,
      },
    ],
  };
}

/** What a rule or schedule that repeats does in a month; undefined where it does not say so plainly. */
export function runsInMonth(expression: string | undefined): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression ?? '') ?? [];
  if (unit === undefined) return expression?.startsWith('at(') ? 0 : undefined;
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit as 'minute' | 'hour' | 'day'];
  return Math.ceil(HOURS / (Number(count) * hours));
}
