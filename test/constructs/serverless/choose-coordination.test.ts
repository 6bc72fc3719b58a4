import fc from 'fast-check';
import { chooseCoordination, type CoordinationNeeds } from '../../../lib/constructs/serverless/choose-coordination';

describe('chooseCoordination', () => {
  test.each<[CoordinationNeeds, string]>([
    [{ fitsOneRun: true, callerNeedsResult: true }, 'same-function'],
    [{ callerNeedsResult: true }, 'workflow'],
    [{ stepsBelongTogether: true, severalListeners: true }, 'workflow'],
    [{ severalListeners: true, mustBePaced: true }, 'bus'],
    [{ mustBePaced: true }, 'queue'],
    [{}, 'asynchronous-invocation'],
  ])('%j leads to %s [serverless-no-direct-chaining]', (needs, use) => {
    expect(chooseCoordination(needs).use).toBe(use);
  });

  test('whatever the needs, no function waits for another: a caller that needs a result gets a workflow or does it itself [serverless-no-direct-chaining]', () => {
    const flag = fc.boolean();
    const needs = fc.record({
      callerNeedsResult: flag,
      stepsBelongTogether: flag,
      severalListeners: flag,
      mustBePaced: flag,
      fitsOneRun: flag,
    });
    fc.assert(
      fc.property(needs, (each) => {
        const { use } = chooseCoordination(each);
        expect(['same-function', 'workflow', 'bus', 'queue', 'asynchronous-invocation']).toContain(use);
        if (each.callerNeedsResult) expect(['same-function', 'workflow']).toContain(use);
      }),
    );
  });
});
