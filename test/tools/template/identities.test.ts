import { openShape, resourceShapes } from '../../../tools/access/actions';
import { arnParts, matchesArn } from '../../../tools/access/match';
import { identityOf, knownTypes } from '../../../tools/template/identities';
import { show } from '../../../tools/template/text';

const identity = (type: string) =>
  identityOf({
    type,
    label: 'X',
    stack: 'stack',
    partition: 'aws',
    region: 'eu-west-1',
    account: '111122223333',
    urlSuffix: 'amazonaws.com',
    // An alias has no name but the one it is given.
    property: (name) => (name === 'AliasName' ? 'alias/x' : undefined),
  });

test('there are types to look at', () => {
  expect(knownTypes.length).toBeGreaterThan(50);
});

test.each(knownTypes.filter((type) => !/Lambda::(Alias|Version)|SecretTargetAttachment|::Stage$/.test(type)))(
  'the ARN of an %s has a shape that its service publishes',
  (type) => {
    const arn = identity(type).arn!;
    const [, , service] = arnParts(arn);
    const shapes = resourceShapes(service).filter((shape) => matchesArn(openShape(shape), arn).truth === 'yes');
    expect({ arn: show(arn), shapes: shapes.length > 0 }).toEqual({ arn: show(arn), shapes: true });
  },
);
