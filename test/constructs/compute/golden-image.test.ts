import { Size, type Stack } from 'aws-cdk-lib';
import { InstanceArchitecture, InstanceType, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnDistributionConfiguration,
  CfnImageRecipe,
  CfnInfrastructureConfiguration,
} from 'aws-cdk-lib/aws-imagebuilder';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BaseImage } from '../../../lib/constructs/compute/base-image';
import { guardCompute } from '../../../lib/constructs/compute/compute-guard';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { GoldenImage, type GoldenImageProps } from '../../../lib/constructs/compute/golden-image';
import { ImageShare } from '../../../lib/constructs/compute/image-share';
import { JobTime } from '../../../lib/constructs/messaging/job-time';
import { testStack } from '../../support/app';
import { decide } from '../../support/decide';
import { Parts } from './parts';

const arm = InstanceArchitecture.ARM_64;
const component = (text = 'true\n') => ({
  description: 'A page',
  build: { name: 'install.sh', text },
  test: { name: 'test.sh', text: 'true\n' },
});
const partner = '111122223333';
const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
type Some = Partial<GoldenImageProps>;

function synthesise(some: Some | ((stack: Stack) => Some) = {}) {
  const parts = new Parts(testStack());
  const image = new GoldenImage(parts.stack, 'Image', {
    name: 'shop/page',
    description: 'Serves a page',
    base: BaseImage.amazonLinux2023(arm),
    components: { Page: component() },
    vpc: parts.vpc,
    subnet: parts.vpc.privateSubnets[0],
    alarms: parts.alarms,
    ...(typeof some === 'function' ? some(parts.stack) : some),
  });
  guardCompute(parts.stack);
  return { image, template: Template.fromStack(parts.stack) };
}
const one = (template: Template, type: string): Record<string, any> =>
  Object.values(template.findResources(`AWS::ImageBuilder::${type}`))[0].Properties;

describe('GoldenImage', () => {
  test('base and components become a recipe, which an image of the deployment and a pipeline are made by [compute-image-pipeline]', () => {
    const { template } = synthesise();
    const recipe = one(template, 'ImageRecipe');
    expect(recipe.ParentImage['Fn::Join'][1].join('')).toContain(':aws:image/amazon-linux-2023-arm64/x.x.x');
    expect(recipe.Components).toEqual([{ ComponentArn: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } }]);
    for (const type of ['Image', 'ImagePipeline'])
      expect(one(template, type)).toMatchObject({
        ImageRecipeArn: { 'Fn::GetAtt': [expect.stringMatching(/^ImageRecipe/), 'Arn'] },
        InfrastructureConfigurationArn: { 'Fn::GetAtt': [expect.stringMatching(/^ImageInfrastructure/), 'Arn'] },
        DistributionConfigurationArn: { 'Fn::GetAtt': [expect.stringMatching(/^ImageDistribution/), 'Arn'] },
        ImageTestsConfiguration: { ImageTestsEnabled: true, TimeoutMinutes: 60 },
      });
  });

  test('its volumes are encrypted: the root, and further ones by device [compute-image-pipeline]', () => {
    const { template } = synthesise({ dataDisks: { '/dev/xvdf': EbsDisk.gp3({ size: Size.gibibytes(20) }) } });
    const ebs = { DeleteOnTermination: true, Encrypted: true, VolumeType: 'gp3' };
    expect(one(template, 'ImageRecipe').BlockDeviceMappings).toEqual([
      { DeviceName: '/dev/xvda', Ebs: { ...ebs, VolumeSize: 8 } },
      { DeviceName: '/dev/xvdf', Ebs: { ...ebs, VolumeSize: 20 } },
    ]);
  });

  test('an edit of a component, of the base or of a volume makes a new recipe under its name, and no edit none [compute-image-pipeline]', () => {
    const versionOf = (props: Some) => one(synthesise(props).template, 'ImageRecipe').Version;
    const versions = [
      {},
      { components: { Page: component('echo two\n') } },
      { base: BaseImage.fromParameter('/company/base', arm) },
      { rootDisk: EbsDisk.gp3({ size: Size.gibibytes(9) }) },
      { description: 'Serves another page' },
    ].map(versionOf);
    expect(new Set(versions).size).toBe(5);
    expect(versionOf({})).toBe(versions[0]);
    expect(versions[0]).toMatch(/^1\.\d+\.\d+$/);
  });

  test('instances that build take metadata by token only, let nobody in, and are gone after a failure [compute-image-pipeline]', () => {
    const { template } = synthesise();
    expect(one(template, 'InfrastructureConfiguration')).toMatchObject({
      InstanceMetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      TerminateInstanceOnFailure: true,
      InstanceTypes: ['t4g.small'],
    });
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    expect(groups.map(({ Properties }) => Properties.SecurityGroupIngress)).toEqual([undefined]);
  });

  test('what builds and what the pipeline does is logged in one group, which expires, and which a builder may make anew [compute-image-pipeline]', () => {
    const { template } = synthesise();
    const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/imagebuilder/shop/page',
      RetentionInDays: 731,
    });
    expect(one(template, 'ImagePipeline').LoggingConfiguration).toEqual({
      ImageLogGroupName: { Ref: group },
      PipelineLogGroupName: { Ref: group },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
            Effect: 'Allow',
            Resource: [
              { 'Fn::GetAtt': [group, 'Arn'] },
              { 'Fn::Join': ['', Match.arrayWith([':log-group:', { Ref: group }])] },
            ],
          },
        ]),
      },
    });
  });

  test('each image is written into a parameter that templates name, where Image Builder may write [compute-image-consume]', () => {
    const { image, template } = synthesise();
    expect(image.parameterName).toBe('/imagebuilder/shop/page');
    expect(one(template, 'DistributionConfiguration').Distributions).toEqual([
      {
        Region: { Ref: 'AWS::Region' },
        AmiDistributionConfiguration: {
          Name: expect.stringMatching(/^Stack-Image-\w+-\{\{ imagebuilder:buildDate \}\}$/),
          AmiTags: { 'golden-image': 'shop/page' },
        },
        SsmParameterConfigurations: [{ ParameterName: '/imagebuilder/shop/page', DataType: 'aws:ec2:image' }],
      },
    ]);
  });

  test('a schedule bakes when the base has changed, one of one’s own in any case [compute-image-pipeline]', () => {
    const schedule = JobTime.cron('0 3 ? * MON *', 'Europe/Berlin');
    const scheduled = (more: Some) => one(synthesise({ schedule, ...more }).template, 'ImagePipeline').Schedule;
    expect(scheduled({})).toEqual({
      ScheduleExpression: 'cron(0 3 ? * MON *)',
      Timezone: 'Europe/Berlin',
      PipelineExecutionStartCondition: 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE',
    });
    expect(scheduled({ base: BaseImage.fromParameter('/company/base', arm) }).PipelineExecutionStartCondition).toBe(
      'EXPRESSION_MATCH_ONLY',
    );
    expect(one(synthesise().template, 'ImagePipeline').Schedule).toBeUndefined();
  });

  test('an image that fails lies in a queue, with an alarm [compute-image-pipeline]', () => {
    const { template } = synthesise();
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.imagebuilder'],
        'detail-type': ['EC2 Image Builder Image State Change'],
        detail: { state: { status: ['FAILED'] } },
      },
      Targets: [
        { Arn: { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::SQS::Queue'))[0], 'Arn'] }, Id: 'Target0' },
      ],
    });
  });

  describe('other Regions', () => {
    const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/0a1b';

    test('have it under the same parameter, each with its key, and nobody else has it [compute-image-distribution]', () => {
      const { template } = synthesise({ regions: [{ region: 'us-east-1', keyArn }, { region: 'eu-north-1' }] });
      const places = one(template, 'DistributionConfiguration').Distributions;
      expect(places.map(({ Region }: { Region: unknown }) => Region)).toEqual([
        { Ref: 'AWS::Region' },
        'us-east-1',
        'eu-north-1',
      ]);
      expect(places.map(({ AmiDistributionConfiguration: { KmsKeyId } }: Record<string, any>) => KmsKeyId)).toEqual([
        undefined,
        keyArn,
        undefined,
      ]);
      for (const place of places) {
        expect(place.SsmParameterConfigurations[0].ParameterName).toBe('/imagebuilder/shop/page');
        expect(place.AmiDistributionConfiguration.LaunchPermissionConfiguration).toBeUndefined();
      }
    });

    test.each<[Some, string]>([
      [{ regions: [{ region: 'Ireland' }] }, 'regions has Ireland; write the code of a Region, such as eu-west-1'],
      [{ regions: [{ region: 'eu-north-1' }, { region: 'eu-north-1' }] }, 'regions has eu-north-1 twice; name it once'],
      [
        { regions: [{ region: 'eu-north-1', keyArn }] },
        `regions gives eu-north-1 the key ${keyArn}; give the ARN of a key there, as an image is encrypted where it stands`,
      ],
    ])('fails with %j [compute-image-distribution]', (props, fault) => {
      expect(() => synthesise(props)).toThrow(`Stack/Image:\n  ${fault}`);
    });
  });

  describe('sharing', () => {
    const shared = (share: ImageShare) =>
      synthesise((stack) => ({ share, encryptionKey: new Key(stack, 'ImageKey') })).template;

    test.each([
      ['accounts', ImageShare.accounts(partner), { UserIds: [partner] }],
      ['an organisation', ImageShare.organization(organization), { OrganizationArns: [organization] }],
    ])('with %s is a launch permission and a key of one’s own [compute-image-share]', (_, share, permission) => {
      const [place] = one(shared(share), 'DistributionConfiguration').Distributions;
      expect(place.AmiDistributionConfiguration).toMatchObject({
        LaunchPermissionConfiguration: permission,
        KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^ImageKey/), 'Arn'] },
      });
    });

    test('lets a role there use the key through EC2 alone, and hand it on for volumes alone [compute-image-share]', () => {
      const [[id, key]] = Object.entries(shared(ImageShare.accounts(partner)).findResources('AWS::KMS::Key')).filter(
        ([name]) => name.startsWith('ImageKey'),
      );
      const use = (action: string, context: Record<string, string> = {}, account = partner) =>
        decide(key.Properties.KeyPolicy, {
          principal: { AWS: `arn:<AWS::Partition>:iam::${account}:root` },
          action,
          resource: `<${id}.Arn>`,
          context,
        });
      const viaEc2 = { 'kms:ViaService': 'ec2.<AWS::Region>.<AWS::URLSuffix>' };
      const forVolume = { ...viaEc2, 'kms:GrantIsForAWSResource': 'true' };
      expect([use('kms:Decrypt', viaEc2), use('kms:CreateGrant', forVolume)]).toEqual(['allow', 'allow']);
      expect([
        use('kms:Decrypt'),
        use('kms:Decrypt', { 'kms:ViaService': 's3.<AWS::Region>.<AWS::URLSuffix>' }),
        use('kms:CreateGrant', viaEc2),
        use('kms:ScheduleKeyDeletion', viaEc2),
        use('kms:Decrypt', viaEc2, '999988887777'),
      ]).toEqual(Array(5).fill('implicit deny'));
    });

    test.each<[string, (stack: Stack) => Some, string]>([
      [
        'under the key AWS manages',
        () => ({ share: ImageShare.accounts(partner) }),
        'share is given, but images of this Region are encrypted with aws/ebs, a key that AWS manages and lets no other account use; give encryptionKey, and keyArn for every Region',
      ],
      [
        'in a Region without a key',
        (stack) => ({
          share: ImageShare.accounts(partner),
          encryptionKey: new Key(stack, 'ImageKey'),
          regions: [{ region: 'eu-north-1' }],
        }),
        'share is given, but images of eu-north-1 are encrypted with aws/ebs',
      ],
      [
        'with everybody',
        (stack) => ({ share: ImageShare.accounts('all'), encryptionKey: new Key(stack, 'ImageKey') }),
        'share names the account all; give the 12 digits of one account',
      ],
      [
        'with nobody',
        (stack) => ({ share: ImageShare.accounts(), encryptionKey: new Key(stack, 'ImageKey') }),
        'share names no account; name at least one, or leave it out',
      ],
      [
        'with what is no organisation',
        (stack) => ({ share: ImageShare.organization('o-a1b2c3d4e5'), encryptionKey: new Key(stack, 'ImageKey') }),
        'share names the organisation o-a1b2c3d4e5; give its ARN',
      ],
    ])('fails %s [compute-image-share]', (_, props, fault) => {
      expect(() => synthesise(props)).toThrow(`Stack/Image:\n  ${fault}`);
    });

    test('fails under a key whose policy is elsewhere [compute-image-share]', () => {
      expect(() =>
        synthesise((stack) => ({
          share: ImageShare.accounts(partner),
          encryptionKey: Key.fromKeyArn(stack, 'Theirs', 'arn:aws:kms:eu-west-1:000000000000:key/0a1b'),
        })),
      ).toThrow('share is given, but the policy of the key Stack/Theirs is not in this app; give a key made here');
    });
  });

  test.each<[string, Some, string]>([
    [
      'a name that is none of a parameter',
      { name: 'Shop Page' },
      'name is Shop Page; give small letters, digits, hyphens and slashes, such as shop/page',
    ],
    [
      'another processor',
      { instanceType: new InstanceType('t3.small') },
      'instanceType t3.small has a processor of x86_64 but base is made for arm64; let them fit',
    ],
    ['no component', { components: {} }, 'components has 0; give 1 to 20'],
    [
      'a component without a proper name',
      { components: { page: component() } },
      'components has the name page; give a word that begins with a capital letter',
    ],
    [
      'no test',
      { components: { Page: { description: 'A page', build: { name: 'install.sh', text: 'true\n' } } } },
      'components has none with a test, so that an image nobody has tried would reach every instance; give one of them test',
    ],
    [
      'a device that is the root',
      { dataDisks: { '/dev/xvda': EbsDisk.gp3({ size: Size.gibibytes(8) }) } },
      "dataDisks has the device /dev/xvda; give a name such as /dev/xvdf, other than the root's /dev/xvda",
    ],
    [
      'a root nobody boots from',
      { rootDisk: EbsDisk.st1({ size: Size.gibibytes(125) }) },
      'rootDisk is st1, a hard disk that no instance boots from; take EbsDisk.gp3',
    ],
    [
      'a base by no parameter',
      { base: BaseImage.fromParameter('base', arm) },
      "base comes from the parameter base; give a parameter's name beginning with a slash",
    ],
    [
      'a schedule that comes once',
      { schedule: JobTime.once(new Date('2099-01-01')) },
      'schedule is a single time; give one that comes again, or start the pipeline by hand',
    ],
  ])('fails with %s', (_, props, fault) => {
    expect(() => synthesise(props)).toThrow(`Stack/Image:\n  ${fault}`);
  });

  test.each<[string, SubnetType, string]>([
    [
      'without a way out',
      SubnetType.PRIVATE_ISOLATED,
      'subnet has no way out, so that nothing could be installed; give one with NAT, or a public one',
    ],
    [
      'that is public and gives no addresses',
      SubnetType.PUBLIC,
      'subnet is public but gives no addresses by itself, and Image Builder asks for none',
    ],
  ])('fails in a subnet %s', (_, subnetType, fault) => {
    expect(() =>
      synthesise((stack) => {
        const vpc = new Vpc(stack, 'Other', {
          natGateways: 0,
          subnetConfiguration: [
            { name: 'one', subnetType, ...(subnetType === SubnetType.PUBLIC && { mapPublicIpOnLaunch: false }) },
          ],
        });
        return { vpc, subnet: vpc.selectSubnets({ subnetType }).subnets[0] };
      }),
    ).toThrow(`Stack/Image/Builder:\n  ${fault}`);
  });
});

describe('ComputeGuard', () => {
  const guarded = (make: (stack: Stack) => void) => {
    const stack = testStack();
    make(stack);
    guardCompute(stack);
    return () => Template.fromStack(stack);
  };
  const distribution = (permission: object, more: object = {}) =>
    guarded(
      (stack) =>
        new CfnDistributionConfiguration(stack, 'Images', {
          name: 'images',
          distributions: [
            {
              region: 'eu-west-1',
              amiDistributionConfiguration: { LaunchPermissionConfiguration: permission, ...more },
            },
          ],
        }),
    );

  test('refuses images for everybody, which the CDK accepts [compute-image-distribution]', () => {
    expect(distribution({ UserGroups: ['all'] })).toThrow(
      'Stack/Images:\n  Distributions[0] has UserGroups ["all"], by which everybody may launch the image and read its volumes; name accounts in UserIds',
    );
  });

  test('refuses images that are shared under the key AWS manages [compute-image-share]', () => {
    expect(distribution({ UserIds: [partner] })).toThrow(
      'Distributions[0] is shared without KmsKeyId, so that its snapshots are under aws/ebs, which no other account can use; name a key of your own',
    );
    expect(distribution({ UserIds: [partner] }, { KmsKeyId: 'arn:aws:kms:eu-west-1:1:key/1' })).not.toThrow();
  });

  test('refuses recipes and instances that are more open than a host may be [compute-image-pipeline]', () => {
    const recipe = (more: object) =>
      guarded(
        (stack) =>
          new CfnImageRecipe(stack, 'Recipe', { name: 'one', version: '1.0.0', parentImage: 'ami-1', ...more }),
      );
    expect(recipe({})).toThrow(
      'BlockDeviceMappings is missing, so that the image is as open as its base; name its volumes, encrypted',
    );
    expect(recipe({ blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: 8 } }] })).toThrow(
      'BlockDeviceMappings[/dev/xvda] is not encrypted; write Encrypted: true',
    );
    expect(
      guarded(
        (stack) =>
          new CfnInfrastructureConfiguration(stack, 'Place', {
            name: 'one',
            instanceProfileName: 'one',
            terminateInstanceOnFailure: false,
          }),
      ),
    ).toThrow(
      /InstanceMetadataOptions does not require a token, [^]*\n {2}TerminateInstanceOnFailure is false, so that each build that fails leaves an instance that is billed/,
    );
  });
});
