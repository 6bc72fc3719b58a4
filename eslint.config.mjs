import awscdk from 'eslint-plugin-awscdk';
import tseslint from 'typescript-eslint';

/** Which rooms a room may not import from (docs/conventions.md, "Rooms"). */
const forbid = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
});
const architectures = [
  '(^|/)architectures/',
  'Blocks know no architecture, and architectures never import each other.',
];
const house = [
  '(^|/)lib/(app|catalogue|settings|profile|compliance)$|^(\\.\\./)+(app|catalogue|settings|profile|compliance)$',
  'A block is given what it needs as props.',
];
const handlers = [
  '(^|/)lambda/(?!.*/environment$)',
  'lib may import only the names of environment variables from lambda; entry paths go through lib/handlers.',
];
const outward = ['(^|/)(bin|tools|test)/', 'Imports point from bin, tools and tests to lib, never back.'];

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'dist', '.cache', 'coverage', 'lib/architectures/*/site'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs', '*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['lib/**/*.ts'],
    plugins: { awscdk },
    rules: {
      ...awscdk.configs.strict?.rules,
      // The CDK's design guidelines prefer `props: FooProps = {}` where everything is optional (docs/decisions/0006).
      'awscdk/construct-constructor-property': 'off',
      // A public member named and typed like the resource it is needs no sentence; props do, and their defaults are checked.
      'awscdk/require-jsdoc': 'off',
      // It takes every path with `/private` in it for a private folder; here are none, but private buckets and origins.
      'awscdk/no-import-private': 'off',
      'awscdk/require-props-default-doc': 'error',
      // A strategy's `bind(scope)` makes its parts where it is told to; the rule takes any class for a construct.
      'awscdk/require-passing-this': 'off',
      ...forbid(handlers, outward),
    },
  },
  {
    files: ['lib/architectures/**/*.ts'],
    rules: forbid(
      [`^\\.\\./(?!\\.\\.)`, 'Architectures never import each other.'],
      ['(^|/)(app|catalogue|compliance)$', 'The app knows architectures, not the other way round.'],
      handlers,
      outward,
    ),
  },
  { files: ['lib/constructs/**/*.ts'], rules: forbid(architectures, house, handlers, outward) },
  {
    // The ids of its states are what an execution shows of them, for people to read.
    files: ['lib/architectures/reminder-service/reminder-workflow.ts'],
    rules: { 'awscdk/pascal-case-construct-id': 'off' },
  },
  {
    // JSON holds JSON, and the rule follows that for ever.
    files: ['lib/constructs/serverless/machine-*.ts'],
    rules: { 'awscdk/no-construct-in-interface': 'off' },
  },
  {
    files: ['lambda/**/*.ts'],
    rules: forbid(
      ['(^|/)lib/', 'Handlers know nothing of the infrastructure.'],
      ['^(aws-cdk-lib|constructs)', 'Handlers know nothing of the infrastructure.'],
      outward,
    ),
  },
  // The catalogue and the command line load a module only when it is wanted.
  {
    files: [
      'lib/catalogue.ts',
      'bin/groundplan.ts',
      'bin/npx.ts',
      'tools/bench/**/*.ts',
      'tools/template/architectures.ts',
    ],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Templates and recorded events are JSON of many shapes; tests reach into them freely.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A fake answers later because what it stands for does.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, '@typescript-eslint/no-require-imports': 'off' },
  },
);
