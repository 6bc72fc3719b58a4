import { variables } from '../../../lambda/shared/variables';

describe('variables', () => {
  test('are read under the names the code uses', () => {
    process.env.TABLE = 'orders';
    expect(variables({ table: 'TABLE' })).toEqual({ table: 'orders' });
  });

  test('that are missing or empty are all named at once', () => {
    process.env.EMPTY = '';
    expect(() => variables({ table: 'TABLE_X', empty: 'EMPTY', home: 'PATH' })).toThrow(
      'environment variables missing: TABLE_X, EMPTY',
    );
  });
});
