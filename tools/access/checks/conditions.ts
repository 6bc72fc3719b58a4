import { readOperator } from '../conditions';
import { findingAt, type Check } from './finding';
import { everyStatement } from './held';

/** Operators that do not exist. */
export const knownOperators: Check = {
  name: 'known-operators',
  promise: 'every condition uses an operator that exists',
  findings: (model) =>
    everyStatement(model).flatMap((held) =>
      held.statement.conditions
        .filter(({ operator }) => !operator.startsWith('If ') && readOperator(operator) === undefined)
        .map(({ operator, key }) => findingAt(held, `there is no condition operator ${operator} (on ${key})`)),
    ),
};

/** A request signed with a long-term key carries no word on MFA at all. */
export const mfaMayBeMissing: Check = {
  name: 'mfa-may-be-missing',
  promise: 'a denial without MFA also meets requests that say nothing of MFA',
  findings: (model) =>
    everyStatement(model).flatMap((held) => {
      const { effect, conditions } = held.statement;
      if (effect === 'Allow') return [];
      return conditions
        .filter(({ operator, key, values }) => {
          const parts = readOperator(operator);
          const asksMfa = key.toLowerCase() === 'aws:multifactorauthpresent';
          return asksMfa && parts?.base === 'Bool' && !parts.ifExists && values.includes('false');
        })
        .map(() => findingAt(held, 'lets requests signed with a long-term key through; write BoolIfExists'));
    }),
};
