import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTemplates, pathOf } from '../../tools/template/load';

const folder = mkdtempSync(join(tmpdir(), 'groundplan-load-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const template = '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}';

describe('loadTemplates', () => {
  test('synthesises an architecture with the settings given', () => {
    const [{ stack, template: made }] = loadTemplates('orders-api', ['profile=production']);
    expect(stack).toBe('orders-api');
    expect(Object.values(made.Resources).some(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toBe(true);
  });

  test('reads a template file, or every template of a folder', () => {
    const one = file('b.template.json', template);
    file('a.template.json', template);
    file('manifest.json', '{}');
    expect(loadTemplates(one)).toEqual([{ stack: 'b', template: JSON.parse(template) as unknown }]);
    expect(loadTemplates(folder).map(({ stack }) => stack)).toEqual(['a', 'b']);
  });

  test.each([
    ['yaml.template', 'Resources:\n  Topic:', 'is not JSON'],
    ['list.json', '[]', 'has no Resources; is it a CloudFormation template?'],
    ['typeless.json', '{"Resources":{"Topic":{}}}', 'the resource Topic has no Type; is it a CloudFormation template?'],
  ])('fails on %s', (name, text, fault) => {
    expect(() => loadTemplates(file(name, text))).toThrow(fault);
  });

  test('fails on a folder without templates, and on nothing at all', () => {
    const empty = mkdtempSync(join(tmpdir(), 'groundplan-empty-'));
    expect(() => loadTemplates(empty)).toThrow(
      `${empty} holds no *.template.json; run npx cdk synth, or name a template file`,
    );
    expect(() => loadTemplates('oders-api')).toThrow(
      'oders-api is neither an architecture nor a file; the architectures are',
    );
  });
});

test('a resource is named by its place in the construct tree where that is known', () => {
  expect(
    pathOf('TopicBFC7AF6E', { Type: 'AWS::SNS::Topic', Metadata: { 'aws:cdk:path': 'Stack/Topic/Resource' } }),
  ).toBe('Stack/Topic');
  expect(pathOf('Topic', { Type: 'AWS::SNS::Topic' })).toBe('Topic');
});
