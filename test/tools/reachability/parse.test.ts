import { App, CfnOutput, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context } from '../../../cdk.json';
import { parse, type ParseOptions } from '../../../tools/reachability/parse/parse';
import type { BlockValue } from '../../../tools/reachability/parse/values';
import { asText, Unknown, type Value } from '../../../tools/reachability/parse/values';
import { anything, NetworkModel, tcp } from '../../support/reachability';

/** What a piece of a template comes to. */
function valueOf(node: unknown, sections: object = {}, options: ParseOptions = {}): Value {
  const template = {
    ...sections,
    Resources: { Thing: { Type: 'Test::Thing', Properties: { Value: node } }, Other: { Type: 'Test::Other' } },
  };
  return parse([{ name: 'stack', template }], options)[0].get('Value');
}
const textOf = (node: unknown, sections?: object, options?: ParseOptions) => {
  const value = valueOf(node, sections, options);
  return value instanceof Unknown ? `? ${value.reason}` : asText(value);
};

describe('functions of templates', () => {
  const mappings = { Mappings: { Sizes: { small: { Ports: [80, 81], Name: 'x' } } } };
  const parameters = {
    Parameters: {
      Names: { Type: 'CommaDelimitedList', Default: 'a, b' },
      Ami: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/path' },
    },
  };

  test.each<[unknown, string]>([
    [{ 'Fn::Join': ['-', ['a', 'b', { Ref: 'AWS::NoValue' }]] }, 'a-b'],
    [{ 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.s3']] }, 'com.amazonaws.${AWS::Region}.s3'],
    [{ 'Fn::Sub': 'arn:${AWS::Partition}:${Other}' }, 'arn:${AWS::Partition}:${stack.Other}'],
    [{ 'Fn::Sub': '${Other.Arn}-${!Literal}' }, '${stack.Other.Arn}-${Literal}'],
    [{ 'Fn::Sub': ['${A}${AWS::StackName}', { A: 'x' }] }, 'xstack'],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['.', '10.20.30'] }] }, '20'],
    [{ 'Fn::Select': [9, ['a']] }, '? a list in the template has no item 9'],
    [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, '${zone 2}'],
    [{ 'Fn::FindInMap': ['Sizes', 'small', 'Name'] }, 'x'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'Name'] }, '? the mapping Sizes is looked up at deployment'],
    [{ 'Fn::Select': [1, { 'Fn::Cidr': ['10.0.0.0/16', 4, 8] }] }, '10.0.1.0/24'],
    [{ 'Fn::Select': [3, { 'Fn::Cidr': ['10.16.0.0/16', 16, '12'] }] }, '10.16.48.0/20'],
    [{ 'Fn::Select': [255, { 'Fn::Cidr': ['2001:db8:1234:1a00::/56', 256, '64'] }] }, '2001:db8:1234:1aff::/64'],
    [{ 'Fn::Base64': 'x' }, 'x'],
    [{ 'Fn::Transform': { Name: 'x' } }, '? Fn::Transform is evaluated at deployment'],
    [{ Ref: 'Nobody' }, '? there is neither a resource nor a parameter Nobody'],
    [{ 'Fn::GetAtt': 'Nobody.Arn' }, '? there is no resource Nobody in the template'],
    [{ 'Fn::ImportValue': 'abroad' }, '? abroad is imported from a stack that is not among the templates'],
    [
      { 'Fn::GetStackOutput': { StackName: 'far', OutputName: 'x' } },
      '? an output of far, which is not among the templates, is used',
    ],
    [{ Ref: 'Ami' }, '? the parameter Ami is chosen at deployment'],
  ])('%j is %s', (node, expected) => {
    expect(textOf(node, { ...mappings, ...parameters })).toBe(expected);
  });

  test('parameters have the value they are given, or their default where that is wanted; a stored one has neither', () => {
    const node = { 'Fn::Select': [1, { Ref: 'Names' }] };
    expect(textOf(node, parameters)).toBe('? the parameter Names is chosen at deployment');
    expect(textOf(node, parameters, { parameterDefaults: true })).toBe('b');
    expect(textOf(node, parameters, { parameters: { Names: 'c,d' } })).toBe('d');
    expect(textOf({ Ref: 'Ami' }, parameters, { parameterDefaults: true })).toBe(
      '? the parameter Ami is chosen at deployment',
    );
  });

  test('a value made from itself is not known', () => {
    const loop = { Conditions: { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } } };
    expect(textOf({ 'Fn::If': ['A', 'x', 'y'] }, loop)).toBe('? the condition A is decided at deployment');
  });

  test('blocks of a VPC that Amazon gives are known relative to each other', () => {
    const cidr = { 'Fn::Cidr': [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] }, 4, '64'] };
    const template = {
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', Made: cidr } },
        Block: {
          Type: 'AWS::EC2::VPCCidrBlock',
          Properties: { VpcId: { Ref: 'Vpc' }, AmazonProvidedIpv6CidrBlock: true },
        },
      },
    };
    const [first, second] = parse([{ name: 's', template }])[0].list('Made') as BlockValue[];
    expect(first.block).toMatchObject({ family: 6, prefix: 64, first: 0n });
    expect(second.block.first - first.block.first).toBe(2n ** 64n);
  });
});

describe('several templates of one architecture', () => {
  const shared = (app: App, strength: 'weak' | 'strong') => {
    app.node.setContext('@aws-cdk/core:defaultCrossStackReferences', strength);
    const network = new Stack(app, 'network');
    const vpc = new ec2.Vpc(network, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const web = new Stack(app, 'web');
    const host = new ec2.Instance(web, 'Host', {
      vpc,
      instanceType: new ec2.InstanceType('t4g.micro'),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    });
    host.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
  };
  const appWith = (build: (app: App) => unknown, more: Record<string, unknown> = {}) => {
    const app = new App({
      outdir: mkdtempSync(join(tmpdir(), 'reach-')),
      context: { ...context, 'aws:cdk:enable-path-metadata': true, 'aws:cdk:bundling-stacks': [], ...more },
    });
    build(app);
    return app.synth();
  };

  test.each(['weak', 'strong'] as const)('%s references between stacks are followed', (strength) => {
    const assembly = appWith((app) => shared(app, strength));
    const templates = Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template]));
    const network = NetworkModel.fromTemplates(templates);
    expect(network).toReach('Host', 'internet', tcp(443));
    expect(network).not.toReach('internet', 'Host', anything);
    const alone = NetworkModel.fromTemplates({ web: templates.web });
    expect(alone.canReach('Host', 'internet').verdict).toBe('unknown');
  });

  test('names that a template exports are found by those that import them', () => {
    const app = appWith((one) => {
      const network = new Stack(one, 'network');
      const vpc = new ec2.CfnVPC(network, 'Vpc', { cidrBlock: '10.0.0.0/16' });
      new CfnOutput(network, 'Out', { value: vpc.ref, exportName: Fn.sub('${AWS::StackName}-vpc') });
      const web = new Stack(one, 'web');
      const subnet = new ec2.CfnSubnet(web, 'Subnet', {
        vpcId: Fn.importValue('network-vpc'),
        cidrBlock: '10.0.1.0/24',
      });
      for (const id of ['One', 'Two']) new ec2.CfnInstance(web, id, { subnetId: subnet.ref });
    });
    const network = NetworkModel.fromTemplates(
      Object.fromEntries(app.stacks.map(({ stackName, template }) => [stackName, template])),
    );
    expect(network).toReach('One', 'Two', anything);
  });

  test.each([
    ['paths', {}],
    ['assets', { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': false }],
  ])(
    'a cdk.out is read with its nested stacks, found by their %s; their parameters and outputs are followed',
    (_, metadata) => {
      const assembly = appWith((app) => {
        const parent = new Stack(app, 'parent');
        const inner = new NestedStack(parent, 'Inner');
        const vpc = new ec2.Vpc(inner, 'Vpc', { maxAzs: 2, natGateways: 1 });
        const host = (scope: Stack, id: string) =>
          new ec2.Instance(scope, id, {
            vpc,
            instanceType: new ec2.InstanceType('t4g.micro'),
            machineImage: ec2.MachineImage.latestAmazonLinux2023(),
          });
        const [outer, innermost] = [host(parent, 'Outer'), host(inner, 'Innermost')];
        innermost.connections.allowFrom(outer, ec2.Port.tcp(81));
      }, metadata);
      const network = NetworkModel.fromAssembly(assembly.directory);
      expect(network).toReach('Outer', 'Innermost', tcp(81));
      expect(network).toReach('Outer', 'internet', tcp(443));
      expect(network).not.toReach('Innermost', 'Outer', anything);
    },
  );
});
