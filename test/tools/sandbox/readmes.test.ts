import { catalogue } from '../../../lib/catalogue';
import { variantsOf } from '../../../lib/variants';
import { stepsOf, variantsIn } from '../../../tools/sandbox/test';

test.each(catalogue)('what the README of $name says to try can be run', ({ name }) => {
  const steps = stepsOf(name);
  expect(steps.filter(({ onlyOnAws }) => onlyOnAws === undefined).length).toBeGreaterThan(0);
  const known = Object.keys(variantsOf(catalogue.find((one) => one.name === name)!));
  expect(known).toEqual(expect.arrayContaining(variantsIn(steps)));
  expect(steps.filter(({ expected }) => expected.some((line) => line.trim() !== '…')).length).toBeGreaterThan(0);
});
