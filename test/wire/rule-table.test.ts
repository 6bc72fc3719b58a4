import { request } from 'node:http';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import type { RoutedRequest, RuleConditions } from '../../lib/constructs/compute/route-request';
import { RuleAction } from '../../lib/constructs/compute/rule-action';
import { conditionFaults, shadowFaults } from '../../lib/constructs/compute/rule-faults';
import { RuleTable } from '../../lib/constructs/compute/rule-table';
import { Parts } from '../constructs/compute/parts';
import { testStack } from '../support/app';
import { emulatorEndpoint, region } from './support/aws';

const settings = {
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const elb = new ElasticLoadBalancingV2Client(settings);
const ec2 = new EC2Client(settings);
let listener: string;
/** By which the balancer is found when no rule asks for the name. */
let own: string;

beforeAll(async () => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const subnets = await Promise.all(
    ['a', 'b'].map((zone, at) =>
      ec2.send(
        new CreateSubnetCommand({
          VpcId: Vpc!.VpcId,
          CidrBlock: `10.9.${at}.0/24`,
          AvailabilityZone: `${region}${zone}`,
        }),
      ),
    ),
  );
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: `rules-${process.pid}`,
      Subnets: subnets.map(({ Subnet }) => Subnet!.SubnetId!),
    }),
  );
  own = `${LoadBalancers![0].DNSName!.split('.')[0].toLowerCase()}.elb.localhost`;
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers![0].LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  listener = Listeners![0].ListenerArn!;
});
afterAll(() => {
  elb.destroy();
  ec2.destroy();
});

const text = (...letters: string[]) =>
  fc.array(fc.constantFrom(...letters), { maxLength: 3 }).map((each) => each.join(''));
const few = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 2 });
const value = text('a', 'B', 'b', '%41');
const pattern = fc.oneof(
  text('a', 'b', '?').filter((each) => each !== ''),
  text('a', '', 'b').map((each) => `*${each}`),
  text('a', '', 'B').map((each) => `${each}*`),
);
const one = {
  hosts: few(fc.constantFrom('a.example.com', 'B.example.com', '*.example.com', '?.example.org', '*.org')),
  paths: few(
    fc.oneof(
      pattern.map((each) => `/${each}`),
      fc.constantFrom('*b', '/'),
    ),
  ),
  methods: few(fc.constantFrom('GET', 'POST', 'PUT')),
  headers: fc.dictionary(fc.constantFrom('X-A', 'x-b'), few(pattern), { minKeys: 1, maxKeys: 2 }),
  query: fc.dictionary(fc.constantFrom('id', 'I?', '*'), few(pattern), { minKeys: 1, maxKeys: 2 }),
  sources: few(fc.constantFrom('127.0.0.0/30', '127.0.0.5/32', '127.1.0.0/16', '10.0.0.0/8', '::/0')),
};
/** Of one kind or two: of more, hardly a request would meet them. */
const conditions: fc.Arbitrary<RuleConditions> = fc
  .tuple(fc.record(one), fc.subarray(Object.keys(one), { minLength: 1, maxLength: 2 }))
  .map(([all, kinds]) => Object.fromEntries(Object.entries(all).filter(([kind]) => kinds.includes(kind))));
const asked: fc.Arbitrary<Required<RoutedRequest>> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    host: fc.constantFrom('a.example.com', 'b.example.com', 'A.example.org', 'ab.example.org', 'own'),
    path: text('a', 'b', 'B', '/a'),
    query: fc.array(fc.tuple(fc.constantFrom('id', 'ID', 'ia', ''), fc.option(value)), { maxLength: 3 }),
    headers: fc.dictionary(fc.constantFrom('x-a', 'X-B'), few(value), { maxKeys: 2, noNullPrototype: true }),
    source: fc.constantFrom('127.0.0.1', '127.0.0.5', '127.1.2.3'),
  })
  .map(({ host, path, query, ...more }) => {
    const pairs = query.map(([key, each]) => (each === null ? key : `${key}=${each}`)).join('&');
    return { ...more, url: `http://${host}/${path}${pairs && `?${pairs}`}` };
  });

/** Of generated conditions those that a table takes, and a last one by which every name leads to this balancer. */
function ruled(all: readonly RuleConditions[]) {
  const rest = { name: 'Rest', priority: 9999, conditions: { hosts: ['*.com', '*.org'] } };
  const kept: (typeof rest)[] = [];
  for (const [at, one] of all.entries()) {
    const rule = { name: `R${at}`, priority: 10 + at, conditions: one } as typeof rest;
    const faults = [...conditionFaults(rule.name, one).filter(Boolean), ...shadowFaults([...kept, rule, rest])];
    if (faults.length === 0) kept.push(rule);
  }
  return [...kept, rest].map((rule) => ({ ...rule, action: RuleAction.answer({ status: 200, body: rule.name }) }));
}

function ask({ url, method, headers, source }: Required<RoutedRequest>): Promise<string> {
  const [, host, path] = /^http:\/\/([^/]+)(.*)$/.exec(url)!;
  const { hostname, port } = new URL(settings.endpoint);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, localAddress: source, headers: { ...headers, host } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve(answer.statusCode === 200 ? Buffer.concat(parts).toString() : 'default'));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

test('a balancer answers as the table predicts, whatever is asked of whatever rules [compute-alb-rules, compute-alb-path-host, compute-alb-other-conditions]', async () => {
  const answered = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(conditions, { minLength: 2, maxLength: 6 }),
      fc.array(asked, { minLength: 20, maxLength: 30 }),
      async (all, requests) => {
        const parts = new Parts(testStack());
        const table = new RuleTable(parts.stack, 'Rules', {
          balancer: parts.balancer(parts.pool()),
          rules: ruled(all),
        });
        const made = await Promise.all(
          Object.values(Template.fromStack(parts.stack).findResources('AWS::ElasticLoadBalancingV2::ListenerRule')).map(
            ({ Properties: { Priority, Conditions, Actions } }: Record<string, any>) =>
              elb.send(
                new CreateRuleCommand({
                  ListenerArn: listener,
                  Priority,
                  Conditions: Conditions as RuleCondition[],
                  Actions,
                }),
              ),
          ),
        );
        try {
          for (const one of requests) {
            const sent = { ...one, url: one.url.replace('//own/', `//${own}/`) };
            const predicted = table.route(sent)?.name ?? 'default';
            answered.set(predicted, (answered.get(predicted) ?? 0) + 1);
            expect({ answer: await ask(sent), of: sent }).toEqual({ answer: predicted, of: sent });
          }
        } finally {
          for (const { Rules } of made) await elb.send(new DeleteRuleCommand({ RuleArn: Rules![0].RuleArn }));
        }
      },
    ),
    { numRuns: 25 },
  );
  // Not all of them were left to the last rule and the default.
  expect([...answered.keys()].sort()).toEqual(expect.arrayContaining(['R0', 'R1', 'R2', 'R3', 'Rest', 'default']));
});
