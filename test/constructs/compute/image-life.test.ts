import type { Stack } from 'aws-cdk-lib';
import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { Template } from 'aws-cdk-lib/assertions';
import { BaseImage } from '../../../lib/constructs/compute/base-image';
import { GoldenImage } from '../../../lib/constructs/compute/golden-image';
import { ImageFollower } from '../../../lib/constructs/compute/image-follower';
import { ImageRetirement, type ImageRetirementProps } from '../../../lib/constructs/compute/image-retirement';
import { JobTime } from '../../../lib/constructs/messaging/job-time';
import { testStack } from '../../support/app';
import { decide, text } from '../../support/decide';
import { Parts } from './parts';

function parts(stack: Stack = testStack()) {
  const own = new Parts(stack);
  const image = new GoldenImage(stack, 'Image', {
    name: 'page',
    description: 'Serves a page',
    base: BaseImage.amazonLinux2023(InstanceArchitecture.ARM_64),
    components: { Page: { description: 'A page', test: { name: 'test.sh', text: 'true\n' } } },
    vpc: own.vpc,
    subnet: own.vpc.privateSubnets[0],
    regions: [{ region: 'us-east-1' }],
    alarms: own.alarms,
  });
  return { own, image, stack };
}
const all = (template: Template, type: string) =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
const policiesFor = (template: Template, handler: string): any[] => {
  const [found] = Object.values(template.findResources('AWS::Lambda::Function')).filter(({ Properties }) =>
    Properties.Description.startsWith(handler),
  );
  const role = found.Properties.Role['Fn::GetAtt'][0];
  return all(template, 'IAM::Policy')
    .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

describe('ImageFollower', () => {
  const { own, image, stack } = parts();
  const fleet = own.fleet({ template: own.template({ image: image.choice() }) });
  new ImageFollower(stack, 'Follow', { fleet, image, alarms: own.alarms });
  const template = Template.fromStack(stack);
  const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
  const rules = all(template, 'Events::Rule').filter(
    ({ EventPattern }) => EventPattern.source[0] !== 'aws.imagebuilder',
  );

  test('a change of the parameter, and the end of a refresh, have it look; a refresh that fails is kept [compute-image-consume]', () => {
    expect(rules.map(({ EventPattern }) => EventPattern)).toEqual([
      {
        source: ['aws.ssm'],
        'detail-type': ['Parameter Store Change'],
        detail: { name: ['/imagebuilder/page'], operation: ['Create', 'Update'] },
      },
      {
        source: ['aws.autoscaling'],
        'detail-type': ['EC2 Auto Scaling Instance Refresh Succeeded'],
        detail: { AutoScalingGroupName: [{ Ref: group }] },
      },
      {
        source: ['aws.autoscaling'],
        'detail-type': ['EC2 Auto Scaling Instance Refresh Failed', 'EC2 Auto Scaling Instance Refresh Cancelled'],
        detail: { AutoScalingGroupName: [{ Ref: group }] },
      },
    ]);
    const targets = rules.map(({ Targets: [{ Arn }] }) => Arn['Fn::GetAtt'][0]);
    expect(targets[0]).toBe(targets[1]);
    expect(targets[2]).toMatch(/^FollowFailuresQueue/);
  });

  test('the group launches what the parameter names, and no template has an id [compute-image-consume]', () => {
    expect(all(template, 'EC2::LaunchTemplate')[0].LaunchTemplateData.ImageId).toBe('resolve:ssm:/imagebuilder/page');
    expect(JSON.stringify(template.toJSON())).not.toMatch(/ami-[0-9a-f]{8}/);
  });

  test('one run at a time, which may refresh this group alone [compute-image-consume]', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 1,
      Environment: { Variables: { GROUP: { Ref: group }, PARAMETER: '/imagebuilder/page', WARMUP_SECONDS: '300' } },
    });
    const refreshing = policiesFor(template, 'Has a group').filter(({ Action }) => /Refresh$/.test(String(Action)));
    expect(refreshing).toHaveLength(1);
    expect(text(refreshing[0].Resource)).toMatch(new RegExp(`autoScalingGroupName/<${group}>$`));
  });
});

describe('ImageRetirement', () => {
  const made = (props: Partial<ImageRetirementProps> = {}) => {
    const { own, image, stack } = parts();
    new ImageRetirement(stack, 'Retire', { image, alarms: own.alarms, ...props });
    return Template.fromStack(stack);
  };

  test('looks once a day, in every Region, and keeps three unless told otherwise [compute-image-retire]', () => {
    const template = made();
    expect(all(template, 'Scheduler::Schedule')[0].ScheduleExpression).toBe('cron(0 5 * * ? *)');
    const [{ Variables }] = all(template, 'Lambda::Function').flatMap(({ Environment }) => Environment ?? []);
    expect(Variables).toMatchObject({ KEEP: '3', IMAGE_TAG: 'golden-image', IMAGE_NAME: 'page' });
    expect(text(Variables.REGIONS)).toBe('<AWS::Region>,us-east-1');
    template.resourceCountIs('Custom::BakedImages', 0);
  });

  test('may take away images and snapshots of this pipeline alone [compute-image-retire]', () => {
    const Statement = policiesFor(made(), 'Takes away images that nobody');
    const may = (action: string, resource: string, context: Record<string, string> = {}) =>
      decide({ Statement }, { action, resource: `arn:<AWS::Partition>:ec2:eu-west-1::${resource}`, context });
    const tagged = (key: string, value: string) => ({ [`aws:ResourceTag/${key}`]: value });
    expect([
      may('ec2:DeregisterImage', 'image/ami-1', tagged('golden-image', 'page')),
      may('ec2:DeleteSnapshot', 'snapshot/snap-1', tagged('golden-image-leaving', 'page')),
    ]).toEqual(['allow', 'allow']);
    expect([
      may('ec2:DeregisterImage', 'image/ami-1', tagged('golden-image', 'other')),
      may('ec2:DeregisterImage', 'image/ami-1'),
      may('ec2:DeleteSnapshot', 'snapshot/snap-1', tagged('golden-image', 'page')),
      may('ec2:CreateTags', 'snapshot/snap-1', { 'aws:RequestTag/golden-image-leaving': 'page' }),
    ]).toEqual(Array(4).fill('implicit deny'));
  });

  test('with the stack they go where that is wanted', () => {
    const template = made({ whenDeleted: 'remove' });
    template.resourceCountIs('Custom::BakedImages', 1);
    const parameters = policiesFor(template, 'Takes away images when').filter(({ Action }) =>
      [Action].flat().includes('ssm:DeleteParameter'),
    );
    expect(parameters.flatMap(({ Resource }) => [Resource].flat().map(text))).toEqual([
      'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/imagebuilder/page',
      'arn:<AWS::Partition>:ssm:us-east-1:<AWS::AccountId>:parameter/imagebuilder/page',
    ]);
  });

  test.each<[Partial<ImageRetirementProps>, string]>([
    [{ keep: 0 }, 'keep is 0 images; give a whole number from 1 to 1000 images'],
    [{ when: JobTime.once(new Date('2099-01-01')) }, 'when is a single time; give one that comes again'],
  ])('fails with %j [compute-image-retire]', (props, fault) => {
    expect(() => made(props)).toThrow(`Stack/Retire:\n  ${fault}`);
  });
});
