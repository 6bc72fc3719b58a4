import { run } from '../../../tools/sandbox';
import { findPlace } from '../../../tools/sandbox/place';
import { listening } from '../../support/console';

jest.mock('../../../tools/sandbox/place');
const said = listening();
beforeEach(() => jest.mocked(findPlace).mockReset().mockRejectedValue(new Error('there is nothing here')));

test.each([[[]], [['help']], [['--help']]])('%j says what there is to say', async (words) => {
  const shown = jest.spyOn(console, 'log').mockReturnValue();
  expect(await run(words)).toBe(0);
  expect(shown.mock.calls[0][0]).toMatch(/^npm run sandbox -- deploy <name> /);
});

test.each([
  [['deploy'], 'deploy takes one architecture; there are'],
  [['deploy', 'nonsense'], 'deploy nonsense: there is no such architecture; there are'],
  [['verify', '--here', 'nonsense'], 'verify nonsense: there is no such architecture; there are'],
  [['verify', '--here', '--variants'], 'variants are taken on fresh emulators only'],
  [['extend', 'orders-api', 'later'], 'extend takes an architecture and a time: extend <name> 8h'],
  [['sweep', 'orders-api'], 'sweep orders-api: sweep takes no name, and is about all'],
])('fails on %j before anything is looked for or started', async (words, why) => {
  expect(await run(words)).toBe(2);
  expect(said[0]).toContain(why);
  expect(findPlace).not.toHaveBeenCalled();
});

test('only what makes something starts an emulator for it', async () => {
  for (const words of [['deploy', 'orders-api'], ['verify', '--here'], ['list'], ['destroy', 'orders-api']])
    await run(words);
  expect(jest.mocked(findPlace).mock.calls.map(([{ start }]) => start)).toEqual([true, true, false, false]);
});
