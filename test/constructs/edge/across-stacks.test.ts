import { CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { companionStack } from '../../../lib/constructs/companion-stack';
import { readAcross } from '../../../lib/constructs/edge/across-stacks';
import { testApp } from '../../support/app';

test('a value is read by an output of the stack that has it, which is deployed first; at home it is the value itself', () => {
  const home = new Stack(testApp(), 'Site');
  const away = companionStack(home, 'away', { region: 'us-east-1', description: 'What is away' });
  const owner = new Construct(away, 'Owner');
  expect(readAcross(owner, 'Word', 'word', owner)).toBe('word');
  const read = () => readAcross(owner, 'Word', 'word', home);
  new CfnResource(home, 'Reader', { type: 'A::B::C', properties: { One: read(), Other: read() } });
  const [OutputName] = Object.keys(Template.fromStack(away).findOutputs('*'));
  const output = { 'Fn::GetStackOutput': { StackName: 'Site-away', OutputName, Region: 'us-east-1' } };
  expect(Template.fromStack(home).toJSON().Resources.Reader.Properties).toEqual({ One: output, Other: output });
  expect(home.dependencies).toEqual([away]);
});
