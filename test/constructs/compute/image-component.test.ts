import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { parse } from 'yaml';
import { ImageComponent, type ImageComponentProps } from '../../../lib/constructs/compute/image-component';
import { testStack } from '../../support/app';

const build = { name: 'install.sh', text: 'cat "$BOOT_FILES/page.html"\n' };
const page = (text: string) => ({ name: 'page.html', text });
const made = (props: Partial<ImageComponentProps> = {}) => {
  const stack = testStack();
  const component = new ImageComponent(stack, 'Page', { description: 'A page', build, files: [page('one')], ...props });
  const [[, { Properties }]] = Object.entries(Template.fromStack(stack).findResources('AWS::ImageBuilder::Component'));
  return { component, properties: Properties as Record<string, string>, document: parse(Properties.Data) };
};
const scriptOf = (props: Partial<ImageComponentProps>, phase = 'build'): string =>
  made(props).document.phases.find(({ name }: { name: string }) => name === phase).steps[0].inputs.commands[0];

/** What the agent of Image Builder takes of a document, as its user guide has it. */
const step = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  action: z.literal('ExecuteBash'),
  timeoutSeconds: z.int().min(-1).max(43_200),
  onFailure: z.enum(['Abort', 'Continue', 'Ignore']),
  maxAttempts: z.int().min(1),
  inputs: z.strictObject({ commands: z.array(z.string()).min(1) }),
});
const schema = z.strictObject({
  schemaVersion: z.literal(1),
  description: z.string(),
  phases: z.array(z.strictObject({ name: z.enum(['build', 'validate', 'test']), steps: z.array(step).min(1) })),
});

describe('ImageComponent', () => {
  test('its document is one the agent takes, with a phase for each program [compute-image-pipeline]', () => {
    const test = { name: 'test.sh', text: 'true\n' };
    const { document, properties } = made({ validate: { name: 'check.sh', text: 'true\n' }, test });
    expect(schema.parse(document).phases.map(({ name }) => name)).toEqual(['build', 'validate', 'test']);
    expect(document.phases[0].steps[0]).toMatchObject({ onFailure: 'Abort', maxAttempts: 1, timeoutSeconds: 900 });
    // As a number without its decimal the agent takes it for no version.
    expect(properties.Data).toMatch(/^schemaVersion: 1\.0\n/);
    expect(properties.Platform).toBe('Linux');
  });

  test('a program finds its files and ends with its own status', async () => {
    const run = (script: string) => promisify(execFile)('bash', ['-c', script]);
    expect((await run(scriptOf({ files: [page("it's {one} \\ $HOME\n")] }))).stdout).toBe("it's {one} \\ $HOME\n");
    const failing = scriptOf({ build: { name: 'install.sh', text: 'exit 7\n' } });
    await expect(run(failing)).rejects.toMatchObject({ code: 7 });
    expect(existsSync('/var/lib/boot/page.html')).toBe(false);
  });

  test('another content is another version, and the same one the same [compute-image-pipeline]', () => {
    const first = made();
    const same = made();
    const edited = made({ files: [page('two')] });
    expect(same.properties.Version).toBe(first.properties.Version);
    expect(edited.properties.Version).not.toBe(first.properties.Version);
    expect(edited.properties.Name).toBe(first.properties.Name);
    for (const { properties } of [first, edited]) {
      expect(properties.Version).toMatch(/^1\.\d+\.\d+$/);
      for (const part of properties.Version.split('.')) expect(Number(part)).toBeLessThan(2 ** 30);
    }
  });

  test('knows whether it tests', () => {
    expect(made().component.tests).toBe(false);
    expect(made({ test: build, build: { name: 'other.sh', text: 'true' } }).component.tests).toBe(true);
  });

  test.each<[Partial<ImageComponentProps>, string]>([
    [{ build: undefined, files: [] }, 'nothing is done; give build, validate or test'],
    [{ description: '' }, 'description has 0 characters; give 1 to 1024'],
    [{ longest: Duration.hours(13) }, 'longest is 13 hours; give 1 second to 12 hours'],
    [{ build: '/nowhere.sh' }, 'there is no file /nowhere.sh; give the path of one that exists'],
    [
      { files: [page('one'), page('two')] },
      'files has the name page.html twice, and the programs count too; rename one, since all stand in one folder',
    ],
    [
      { files: [page('Hello {{ name }}')] },
      'page.html has {{, by which Image Builder knows a variable of its own; write it otherwise',
    ],
    [
      { files: [page('x'.repeat(16_000))] },
      'characters; Image Builder takes 16000, so fetch large files from a bucket, or make two components',
    ],
  ])('fails with %j', (props, fault) => {
    expect(() => made(props)).toThrow('Stack/Page:\n  ');
    expect(() => made(props)).toThrow(fault);
  });
});
