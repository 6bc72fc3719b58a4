import { SecretValue } from 'aws-cdk-lib';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { BranchHosting, type BranchHostingProps } from '../../../lib/constructs/serverless/branch-hosting';
import { templateOf, testStack } from '../../support/app';

const required = {
  repository: 'https://github.com/owner/shop',
  branch: 'main',
  build: { install: ['npm ci'], build: ['npm run build'], output: 'dist' },
};
const make = (stack = testStack(), props: Partial<BranchHostingProps> = {}) =>
  new BranchHosting(stack, 'Site', {
    ...required,
    tokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'shop/repository'),
    ...props,
  });
const synthesise = (props?: Partial<BranchHostingProps>) => templateOf((stack) => make(stack, props));
const appOf = (props?: Partial<BranchHostingProps>): any =>
  Object.values(synthesise(props).findResources('AWS::Amplify::App'))[0].Properties;

describe('BranchHosting', () => {
  test('each commit on the branch is built and becomes the site [serverless-amplify-hosting]', () => {
    synthesise().hasResourceProperties('AWS::Amplify::Branch', {
      BranchName: 'main',
      EnableAutoBuild: true,
      EnablePullRequestPreview: false,
      Stage: 'PRODUCTION',
    });
    const { BuildSpec, Repository } = appOf();
    expect(Repository).toBe('https://github.com/owner/shop');
    expect(JSON.parse(BuildSpec)).toEqual({
      version: 1,
      frontend: {
        phases: { preBuild: { commands: ['npm ci'] }, build: { commands: ['npm run build'] } },
        artifacts: { baseDirectory: 'dist', files: ['**/*'] },
        cache: { paths: ['node_modules/**/*'] },
      },
    });
  });

  test('the token is read from its secret at deployment and stands in no template [serverless-amplify-hosting]', () => {
    const { AccessToken } = appOf();
    expect(JSON.stringify(AccessToken)).toMatch(/\{\{resolve:secretsmanager:.*shop\/repository/);
  });

  test('every answer makes browsers careful, and a single-page app answers its own paths', () => {
    const { CustomHeaders, CustomRules } = appOf({ singlePageApp: true });
    const [{ pattern, headers }] = JSON.parse(CustomHeaders).customHeaders;
    expect([pattern, headers.map(({ key }: { key: string }) => key)]).toEqual([
      '**',
      ['Strict-Transport-Security', 'X-Content-Type-Options', 'X-Frame-Options', 'Referrer-Policy'],
    ]);
    expect(CustomRules).toEqual([expect.objectContaining({ Target: '/index.html', Status: '200' })]);
    expect(appOf().CustomRules).toBeUndefined();
  });

  test('it says where the site is', () => {
    const stack = testStack();
    const { url } = make(stack, { branch: 'release/Next' });
    expect(JSON.stringify(stack.resolve(url))).toMatch(/https:\/\/release-next\..*DefaultDomain/);
  });

  const token = SecretValue.unsafePlainText('ghp_abc').unsafeUnwrap() as unknown as ISecret;
  test.each<[string, Partial<BranchHostingProps>, string]>([
    [
      'the token is a text [serverless-amplify-hosting]',
      { tokenSecret: token },
      'tokenSecret is a text, which would stand in the template for all to read; put the token into Secrets Manager and give the secret',
    ],
    [
      'a token stands in the address [serverless-amplify-hosting]',
      { repository: 'https://ghp_abc@github.com/owner/shop' },
      "repository is https://…@github.com/…, with somebody's credentials in it, which would stand in the template for all to read; leave them out, and withdraw them",
    ],
    [
      'the repository is no address',
      { repository: 'owner/shop' },
      'repository is owner/shop; give its address, such as https://github.com/owner/name',
    ],
    [
      'the branch is a pattern',
      { branch: 'feature/*' },
      'branch is "feature/*"; give the name of one branch, without a pattern',
    ],
    [
      'nothing makes the site',
      { build: { ...required.build, build: [] } },
      'build.build is empty; give the commands that make the site',
    ],
    [
      'the site is made outside of the repository',
      { build: { ...required.build, output: '../dist' } },
      "build.output is ../dist; give a folder below the repository's root, such as dist",
    ],
    [
      'a variable has a name of Amplify',
      { environment: { AWS_BRANCH: 'x' } },
      'environment has AWS_BRANCH; Amplify keeps names that begin with AWS for itself',
    ],
  ])('fails when %s', (_, props, message) => {
    expect(() => make(testStack(), props)).toThrow(`Stack/Site:\n  ${message}`);
  });
});
