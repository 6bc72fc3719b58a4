import * as fc from 'fast-check';
import type { Caller, Request } from '../../../tools/access/applies';
import { RequestContext } from '../../../tools/access/context';
import { evaluate, type Policies, type Verdict } from '../../../tools/access/evaluate';
import { readStatement, type Statement } from '../../../tools/access/statements';

const account = '111122223333';
const worker: Caller = { kind: 'role', arn: `arn:aws:iam::${account}:role/Worker`, account };

const actions = fc.subarray(['s3:GetObject', 's3:PutObject', 's3:Get*', 's3:*', 'sqs:SendMessage', '*'], {
  minLength: 1,
});
const resources = fc.subarray(
  ['arn:aws:s3:::a', 'arn:aws:s3:::a/*', 'arn:aws:s3:::a/${aws:username}', 'arn:aws:s3:::*', '*'],
  { minLength: 1 },
);
const condition = fc.constantFrom(
  {},
  { Bool: { 'aws:SecureTransport': 'false' } },
  { StringEquals: { 'aws:unheardof': 'x' } },
  { StringNotEquals: { 'aws:username': 'ann' } },
  { Nonsense: { 'aws:username': 'ann' } },
);
const principal = fc.constantFrom(
  '*',
  { AWS: worker.arn },
  { AWS: account },
  { AWS: '444455556666' },
  { AWS: `arn:aws:sts::${account}:assumed-role/Worker/s` },
  { Service: 's3.amazonaws.com' },
);

const identityStatement = (effect: fc.Arbitrary<string>) =>
  fc
    .record({ Effect: effect, Action: actions, Resource: resources, Condition: condition })
    .map((one) => readStatement(one, { in: 'identity' })[0]);
const resourceStatement = (effect: fc.Arbitrary<string>) =>
  fc
    .record({ Effect: effect, Action: actions, Resource: resources, Condition: condition, Principal: principal })
    .map((one) => readStatement(one, { in: 'resource' })[0]);

const either = fc.constantFrom('Allow', 'Deny');
const identity = fc.array(identityStatement(either), { maxLength: 4 });
const policies: fc.Arbitrary<Policies> = fc.record(
  {
    identity,
    boundary: identity,
    session: identity,
    resource: fc.array(resourceStatement(either), { maxLength: 4 }),
    resourceDecides: fc.boolean(),
    endpoint: fc.array(resourceStatement(either), { maxLength: 2 }),
    serviceControl: fc.array(identity, { maxLength: 2 }),
    resourceControl: fc.array(resourceStatement(fc.constant('Deny')), { maxLength: 2 }),
  },
  { requiredKeys: ['identity'] },
);
const request: fc.Arbitrary<Request> = fc.record({
  caller: fc.constantFrom<Caller>(
    worker,
    { ...worker, session: 's' },
    { kind: 'user', arn: `arn:aws:iam::${account}:user/ann`, account },
    { kind: 'root', arn: `arn:aws:iam::${account}:root`, account },
    { kind: 'service', arn: 's3.amazonaws.com' },
    { kind: 'anonymous', arn: '*' },
  ),
  action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'sqs:SendMessage'),
  resource: fc.constantFrom('arn:aws:s3:::a', 'arn:aws:s3:::a/ann', 'arn:aws:s3:::b/x'),
  resourceAccount: fc.constantFrom(account, '444455556666'),
  context: fc.constantFrom(
    new RequestContext({ 'aws:SecureTransport': true, 'aws:username': 'ann' }),
    new RequestContext({ 'aws:SecureTransport': false, 'aws:username': null }),
    new RequestContext({}),
  ),
});

const rank: Readonly<Record<Verdict, number>> = { denied: 0, unknown: 1, allowed: 2 };
const layers = ['identity', 'boundary', 'session', 'resource', 'endpoint'] as const;
const add = (to: Policies, layer: (typeof layers)[number], statement: Statement): Policies => ({
  ...to,
  [layer]: [...(to[layer] ?? []), statement],
});
const runs = { numRuns: 400 };

describe('for any policies and any request', () => {
  test('one more explicit deny never allows more [identity-eval-order]', () => {
    const denial = fc.tuple(fc.constantFrom(...layers), resourceStatement(fc.constant('Deny')));
    fc.assert(
      fc.property(policies, request, denial, (before, asked, [layer, statement]) => {
        // A layer that was not there begins to limit by being there; that is not what is looked at here.
        fc.pre(before[layer] !== undefined);
        const [was, is] = [evaluate(asked, before), evaluate(asked, add(before, layer, statement))];
        expect(rank[is.verdict]).toBeLessThanOrEqual(rank[was.verdict]);
      }),
      runs,
    );
  });

  test('one more allow never takes anything away [identity-eval-order]', () => {
    const allow = fc.tuple(fc.constantFrom(...layers), resourceStatement(fc.constant('Allow')));
    fc.assert(
      fc.property(policies, request, allow, (before, asked, [layer, statement]) => {
        fc.pre(before[layer] !== undefined);
        const [was, is] = [evaluate(asked, before), evaluate(asked, add(before, layer, statement))];
        expect(rank[is.verdict]).toBeGreaterThanOrEqual(rank[was.verdict]);
      }),
      runs,
    );
  });

  test('the order of statements does not matter [identity-eval-order]', () => {
    fc.assert(
      fc.property(policies, request, (given, asked) => {
        const turned = Object.fromEntries(
          Object.entries(given).map(([layer, value]) => [
            layer,
            Array.isArray(value) && layer !== 'serviceControl' ? [...(value as unknown[])].reverse() : value,
          ]),
        ) as unknown as Policies;
        expect(evaluate(asked, turned).verdict).toBe(evaluate(asked, given).verdict);
      }),
      runs,
    );
  });

  test('a boundary or a session policy only ever takes away [identity-eval-boundary, identity-eval-session]', () => {
    fc.assert(
      fc.property(policies, request, identity, fc.constantFrom('boundary', 'session'), (given, asked, cap, layer) => {
        const without = { ...given, [layer]: undefined };
        const verdicts = [evaluate(asked, { ...given, [layer]: cap }), evaluate(asked, without)];
        expect(rank[verdicts[0].verdict]).toBeLessThanOrEqual(rank[verdicts[1].verdict]);
      }),
      runs,
    );
  });

  test('an explicit deny that certainly meets the request decides, whatever else there is [identity-eval-order]', () => {
    const flat = readStatement({ Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' }, { in: 'flat' })[0];
    fc.assert(
      fc.property(policies, request, fc.constantFrom(...layers), (given, asked, layer) => {
        const { verdict, denial } = evaluate(asked, add(given, layer, flat));
        expect([verdict, denial]).toEqual(['denied', 'explicit']);
      }),
      runs,
    );
  });

  test('what is told of the request can only turn unknown into a verdict, never a verdict into another', () => {
    const told = new RequestContext({ 'aws:SecureTransport': true, 'aws:username': 'ann', 'aws:unheardof': 'x' });
    fc.assert(
      fc.property(policies, request, (given, asked) => {
        const open = evaluate({ ...asked, context: new RequestContext({}) }, given).verdict;
        const known = evaluate({ ...asked, context: told }, given).verdict;
        if (open !== 'unknown') expect(known).toBe(open);
      }),
      runs,
    );
  });
});
