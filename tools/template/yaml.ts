import { isSeq, parse, Scalar, YAMLMap, type CollectionTag, type ScalarTag, type YAMLSeq } from 'yaml';

/** Functions that YAML templates call by a tag: `!Sub text` is `Fn::Sub: text`. */
const functions = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'GetStackOutput',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];

/** The long form of every tag; two of them are no functions by name. */
const longForms: Readonly<Record<string, string>> = {
  Ref: 'Ref',
  Condition: 'Condition',
  ...Object.fromEntries(functions.map((name) => [name, `Fn::${name}`])),
};

const tags = Object.entries(longForms).flatMap(([short, long]): (ScalarTag | CollectionTag)[] => {
  const tag = `!${short}`;
  const called = (argument: YAMLMap | YAMLSeq) => {
    const call = new YAMLMap();
    call.set(new Scalar(long), argument);
    return call;
  };
  return [
    { tag, resolve: (text) => ({ [long]: short === 'GetAtt' ? attribute(text) : text }) },
    { tag, collection: 'seq', resolve: (list) => (isSeq(list) ? called(list) : list) },
    { tag, collection: 'map', resolve: (map) => (isSeq(map) ? map : called(map)) },
  ];
});

/** `!GetAtt Bucket.Arn`: everything behind the first dot is the attribute. */
const attribute = (text: string): string[] => {
  const at = text.indexOf('.');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

/**
 * Reads YAML as CloudFormation does: tags are functions, and dates are text.
 *
 * @throws when it is no YAML
 */
export const parseYaml = (text: string): unknown =>
  parse(text, { customTags: (known) => [...known, ...tags], prettyErrors: true, logLevel: 'error' });
