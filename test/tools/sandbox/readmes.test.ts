import { catalogue } from '../../../lib/catalogue';
import { stepsOf } from '../../../tools/sandbox/test';

test.each(catalogue)('what the README of $name says to try can be run', ({ name }) => {
  const steps = stepsOf(name);
  expect(steps.filter(({ onlyOnAws }) => onlyOnAws === undefined).length).toBeGreaterThan(0);
  expect(steps.filter(({ expected }) => expected.some((line) => line.trim() !== '…')).length).toBeGreaterThan(0);
});
