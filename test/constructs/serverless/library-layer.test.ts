import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Size, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Architecture, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AppFunction, type AppFunctionProps } from '../../../lib/constructs/serverless/app-function';
import { LibraryLayer, type LibraryLayerProps } from '../../../lib/constructs/serverless/library-layer';
import { testStack } from '../../support/app';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A folder whose files seem to take that much; the disk holds none of it. */
function holding(name: string, mebibytes: number): string {
  const made = join(folder, name);
  mkdirSync(join(made, 'nodejs'), { recursive: true });
  writeFileSync(join(made, 'nodejs', 'large'), '');
  truncateSync(join(made, 'nodejs', 'large'), mebibytes * 1024 * 1024);
  return made;
}

const layer = (stack: Stack, id: string, props: Partial<LibraryLayerProps> = {}) =>
  new LibraryLayer(stack, id, { description: 'Shared', folder: holding(id, 1), ...props });
const answering = (stack: Stack, props: Partial<AppFunctionProps> = {}) =>
  new AppFunction(stack, 'Answer', { description: 'Answers', code: Code.fromInline('x'), ...props });
const layers = (stack: Stack, count: number) => Array.from({ length: count }, (_, i) => layer(stack, `Layer${i}`));
/** A folder that an image would be made of; nothing is built before the deployment. */
function image(): Code {
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  return Code.fromAssetImage(folder);
}

describe('LibraryLayer', () => {
  test('five layers lie beside the code of a function, each kept when the next version is published [serverless-layers]', () => {
    const stack = testStack();
    answering(stack, { layers: layers(stack, 5) });
    const template = Template.fromStack(stack);
    const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(Properties.Layers).toHaveLength(5);
    template.allResources('AWS::Lambda::LayerVersion', {
      DeletionPolicy: 'Retain',
      Properties: { CompatibleArchitectures: ['arm64'], CompatibleRuntimes: ['nodejs24.x'] },
    });
  });

  test('a sixth layer, one for another runtime, and one on an image are refused [serverless-layers]', () => {
    const stack = testStack();
    expect(() => answering(stack, { layers: layers(stack, 6) })).toThrow('Unable to add layer:');
    const python = layer(stack, 'Python', { runtimes: [Runtime.PYTHON_3_13] });
    expect(() => answering(testStack(), { layers: [python] })).toThrow(
      'uses a runtime that is incompatible with this layer',
    );
    const shared = layer(stack, 'Shared');
    expect(() => answering(testStack(), { code: image(), layers: [shared] })).toThrow(
      'Layers are not supported for container image functions',
    );
  });

  test('a layer for another processor is refused [serverless-layers]', () => {
    const stack = testStack();
    const intel = layer(stack, 'Intel', { architectures: [Architecture.X86_64] });
    expect(() => answering(stack, { layers: [intel] })).toThrow(
      'Stack/Answer:\n  layers holds Stack/Intel, which is for x86_64; the function runs on arm64, so build the layer for that',
    );
    const both = layer(stack, 'Both', { architectures: [Architecture.X86_64, Architecture.ARM_64] });
    expect(() => answering(testStack(), { layers: [both] })).not.toThrow();
  });

  test('code and all layers together stay within 250 MiB unpacked [serverless-layers]', () => {
    const stack = testStack();
    const code = Code.fromAsset(holding('code', 100));
    const large = layer(stack, 'Large', { folder: holding('large', 149) });
    const small = layer(stack, 'Small');
    expect(() => answering(testStack(), { code, layers: [large, small] })).not.toThrow();
    const more = layer(stack, 'More');
    expect(() => answering(testStack(), { code, layers: [large, small, more] })).toThrow(
      'code and layers take 251 MiB unpacked; Lambda allows 250 MiB for all of them together, so leave something out, or use an image',
    );
  });

  test.each<[string, () => Partial<LibraryLayerProps>, string]>([
    ['a folder that is not there', () => ({ folder: '/not/there' }), 'folder is /not/there, which is no folder'],
    ['an empty folder', () => ({ folder: mkdtempSync(join(folder, 'empty-')) }), 'which is empty; put the libraries'],
    [
      'too large a folder',
      () => ({ folder: holding('l', 251) }),
      'folder holds 251 MiB; a function and all its layers',
    ],
    ['no runtime', () => ({ runtimes: [] }), 'runtimes is empty; name what its functions run on'],
    ['no processor', () => ({ architectures: [] }), 'architectures is empty; name the processors its files are for'],
  ])('refuses %s [serverless-layers]', (_, props, message) => {
    expect(() => layer(testStack(), 'Shared', props())).toThrow(message);
  });
});

describe('snapStart', () => {
  const python: Partial<AppFunctionProps> = { runtime: Runtime.PYTHON_3_13, handler: 'main.answer', snapStart: true };

  test('a version is published, from whose snapshot every environment starts [serverless-snapstart]', () => {
    const stack = testStack();
    answering(stack, python);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Version', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      SnapStart: { ApplyOn: 'PublishedVersions' },
      Runtime: 'python3.13',
      Handler: 'main.answer',
      Environment: Match.absent(),
    });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('nothing is published and no snapshot is taken unless that is asked for [serverless-snapstart]', () => {
    const stack = testStack();
    answering(stack);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Version', 0);
    template.hasResourceProperties('AWS::Lambda::Function', { SnapStart: Match.absent() });
  });

  test('is refused for Node.js, with a larger /tmp, and for an image [serverless-snapstart]', () => {
    expect(() => answering(testStack(), { snapStart: true })).toThrow(
      'SnapStart currently not supported by runtime nodejs24.x',
    );
    expect(() => answering(testStack(), { ...python, ephemeralStorage: Size.mebibytes(513) })).toThrow(
      'SnapStart is currently not supported',
    );
    expect(() => answering(testStack(), { code: image(), snapStart: true })).toThrow(
      'Stack/Answer:\n  snapStart is true for an image, of which Lambda takes no snapshots; give the code as a bundle, or leave it out',
    );
  });
});

describe('an image', () => {
  test('brings its runtime and handler, which are refused beside it', () => {
    const stack = testStack();
    answering(stack, { code: image() });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      PackageType: 'Image',
      Runtime: Match.absent(),
      Handler: Match.absent(),
      Layers: Match.absent(),
    });
    expect(() => answering(testStack(), { code: image(), handler: 'a.b' })).toThrow(
      'runtime and handler are given for an image, which brings both; leave them out',
    );
  });
});
