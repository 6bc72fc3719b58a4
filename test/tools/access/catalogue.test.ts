import type { ProfileName } from '../../../lib/profile';
import { catalogue } from '../../../lib/catalogue';
import { check, stale, type Accepted } from '../../../tools/access/checks';
import type { AccessModel } from '../../../tools/access/model';
import { accessOf } from '../../support/access';

/** What the checks find and is to stay, each with the reason. */
const accepted: readonly Accepted[] = [
  {
    check: 'no-wildcard-resource',
    at: '*Custom::*',
    reason:
      'The CDK gives its own helper functions, which run only while the stack is deployed, the AWS policy for logs as it is; nothing in the template can narrow it.',
  },
  {
    check: 'no-wildcard-resource',
    at: '*/Release/Group/ServiceRole',
    reason:
      'CodeDeploy moves the alias of its own deployment group with the policy AWS keeps for that; it may move aliases and read alarms, and can change neither code nor settings of a function.',
  },
  {
    check: 'no-wildcard-resource',
    at: 'Backups/Role',
    reason:
      'What AWS Backup needs differs for each of a dozen services and grows with them, so that AWS keeps the policy; only AWS Backup may take the role, and it can delete no recovery point.',
  },
  {
    check: 'no-administration',
    at: 'Backups/Role',
    reason:
      'Of the policy AWS keeps for backups, and held to GuardDuty, which scans recovery points for malware; a role can be taken only by those it trusts.',
  },
  {
    check: 'no-wildcard-resource',
    at: 'Flags/Watcher/DefaultPolicy',
    reason:
      'AppConfig lists the alarms of the account to see the state of its own, as its guide has it; the role may do nothing else.',
  },
  {
    check: 'resources-guard-deputies',
    at: '*AccessLogs/Bucket/Policy',
    reason:
      'The service writes below AWSLogs and the account of the load balancer, and the statement names only the path of this account, so nobody else’s load balancer can write here.',
  },
  ...['invoke-function-url', 'invoke-function'].map((id): Accepted => ({
    check: 'no-public-grant',
    at: `Subscriptions/Door/Function/${id}`,
    reason:
      'Readers of a newsletter have no identity of AWS: the link in their mail holds a token nobody can guess, and the five runs the function reserves bound what a stranger can cause.',
  })),
  ...['invoke-function-url', 'invoke-function'].map((id): Accepted => ({
    check: 'no-public-grant',
    at: `Receiver/Function/Function/${id}`,
    reason:
      'SNS signs the messages it posts and not its requests: the function takes nothing that is not signed for its own topic, and the five runs it reserves bound what a stranger can cause.',
  })),
  ...['invoke-function-url', 'invoke-function'].map((id): Accepted => ({
    check: 'no-public-grant',
    at: `Target/Function/Function/${id}`,
    reason:
      'Checkers of Route 53 ask over the internet and cannot sign: the page says only whether the target is up, and the five runs the function reserves bound what a stranger can cause.',
  })),
];

const profiles: readonly ProfileName[] = ['sandbox', 'production'];
const models = new Map<string, AccessModel>();
const modelOf = (name: string, profile: ProfileName): AccessModel => {
  const key = `${name} ${profile}`;
  const model = models.get(key) ?? accessOf(name, { profile });
  models.set(key, model);
  return model;
};

describe.each(catalogue.map(({ name }) => name))('%s', (name) => {
  test.each(profiles)('every check of who may do what holds for the %s templates', (profile) => {
    expect(check(modelOf(name, profile), accepted)).toEqual([]);
  });

  test.each(profiles)('what every principal of the %s templates may do can be told', (profile) => {
    const model = modelOf(name, profile);
    for (const { entry } of model.principals()) {
      const grants = model.matrix(`${entry.stack.name}/${entry.logicalId}`);
      expect(grants.filter(({ verdict, when }) => verdict === 'unknown' && when === undefined)).toEqual([]);
    }
  });
});

test('every accepted finding is still found', () => {
  const all = catalogue.flatMap(({ name }) => profiles.map((profile) => modelOf(name, profile)));
  expect(stale(all, accepted)).toEqual([]);
});
