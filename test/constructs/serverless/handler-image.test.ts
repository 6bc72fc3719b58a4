import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { AppFunction } from '../../../lib/constructs/serverless/app-function';
import { handlerImage, ImageBase, imageFolder } from '../../../lib/constructs/serverless/handler-image';
import { testStack } from '../../support/app';

const entry = 'lambda/live-settings/quote.ts';
const fileOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

describe('handlerImage', () => {
  test('makes a function of the kind Image, for Graviton, without a container engine [serverless-container-image]', () => {
    const path = process.env.PATH;
    process.env.PATH = '';
    const stack = testStack();
    try {
      new AppFunction(stack, 'Answer', { description: 'Answers', code: handlerImage(entry) });
    } finally {
      process.env.PATH = path;
    }
    const template = Template.fromStack(stack);
    const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(Properties).toMatchObject({ PackageType: 'Image', Architectures: ['arm64'] });
    expect(Properties.Code).toEqual({ ImageUri: { 'Fn::Sub': expect.stringMatching(/dkr\.ecr\..*:[0-9a-f]{64}$/) } });
    for (const property of ['Handler', 'Runtime', 'Layers']) expect(Properties).not.toHaveProperty(property);
  });

  test('builds from a base of AWS, which has the SDK, or from any, into which the client of the runtime goes [serverless-container-image]', () => {
    const [aws, own] = [imageFolder(entry), imageFolder(entry, ImageBase.own('node:24-slim'))];
    for (const folder of [aws, own]) {
      expect(readdirSync(folder).sort()).toEqual(['Dockerfile', 'index.js', 'index.js.map']);
      expect(fileOf(folder, 'Dockerfile')).toMatch(/^ARG BASE\nFROM \$\{BASE\}/m);
      expect(fileOf(folder, 'Dockerfile')).toContain('CMD ["index.handler"]');
    }
    const needsSdk = /require\("@aws-sdk\/client-ssm"\)/;
    expect(fileOf(aws, 'index.js')).toMatch(needsSdk);
    expect(fileOf(own, 'index.js')).not.toMatch(needsSdk);
    expect(fileOf(aws, 'Dockerfile')).not.toContain('aws-lambda-ric');
    expect(fileOf(own, 'Dockerfile')).toContain(
      'ENTRYPOINT ["/usr/local/bin/node", "/client/node_modules/aws-lambda-ric/index.mjs"]',
    );
  });

  test.each(['node', 'node:latest', 'public.ecr.aws/lambda/nodejs'])(
    'refuses the base %s, which is another one tomorrow',
    (image) => {
      expect(() => ImageBase.own(image)).toThrow(
        `the image is ${image}; name a tag other than latest, or a digest, so that every build begins with the same`,
      );
    },
  );

  test('refuses an entry that is not there [serverless-container-image]', () => {
    expect(() => handlerImage('lambda/nothing.ts')).toThrow(
      'lambda/nothing.ts; give the path of a TypeScript file that exports handler',
    );
  });
});
