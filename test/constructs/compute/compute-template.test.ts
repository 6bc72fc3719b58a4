import { Size, type Stack } from 'aws-cdk-lib';
import { InstanceArchitecture, InstanceType, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BurstCredits } from '../../../lib/constructs/compute/burst-credits';
import type { ComputeTemplate, ComputeTemplateProps } from '../../../lib/constructs/compute/compute-template';
import { EbsDisk } from '../../../lib/constructs/compute/ebs-disk';
import { ImageChoice } from '../../../lib/constructs/compute/image-choice';
import { TypePolicy } from '../../../lib/constructs/compute/type-policy';
import { ConnectEndpoint } from '../../../lib/constructs/network/connect-endpoint';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { OpenPortGuard } from '../../../lib/constructs/network/open-port-guard';
import { OperatorAccess } from '../../../lib/constructs/network/operator-access';
import { testStack } from '../../support/app';
import { decide } from '../../support/decide';
import { Parts } from './parts';

const made = (
  props: Partial<ComputeTemplateProps> = {},
  also: (server: ComputeTemplate, stack: Stack) => void = () => {},
): Template => {
  const parts = new Parts(testStack());
  also(parts.template(props), parts.stack);
  return Template.fromStack(parts.stack);
};
const refusal = (props: Partial<ComputeTemplateProps>) => () => new Parts(testStack()).template(props);
const dataOf = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::LaunchTemplate'))[0].Properties.LaunchTemplateData;
const type = (name: string) => new InstanceType(name);
const gib = (amount: number) => Size.gibibytes(amount);

describe('ComputeTemplate', () => {
  test('an instance has an encrypted gp3 root, metadata by token only, a role, minute metrics and no key [compute-hardened-instance]', () => {
    const data = dataOf(made());
    expect(data.BlockDeviceMappings).toEqual([
      {
        DeviceName: '/dev/xvda',
        Ebs: { VolumeType: 'gp3', VolumeSize: 8, Encrypted: true, DeleteOnTermination: true },
      },
    ]);
    expect(data.MetadataOptions).toEqual({
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
    expect(data.KeyName).toBeUndefined();
    expect(data.IamInstanceProfile).toBeDefined();
    expect(data.Monitoring).toEqual({ Enabled: true });
    expect(data.DisableApiTermination).toBe(false);
    expect(data.EbsOptimized).toBe(true);
  });

  test('termination protection and five-minute metrics come when asked for [compute-hardened-instance]', () => {
    const data = dataOf(made({ terminationProtection: true, detailedMonitoring: false }));
    expect(data.DisableApiTermination).toBe(true);
    expect(data.Monitoring).toEqual({ Enabled: false });
  });

  describe('recovery', () => {
    const diskful = { instanceType: type('m7gd.large') };

    test('is left as AWS has it, written out when asked for, and off where local disks cannot be moved [compute-auto-recovery]', () => {
      expect(dataOf(made()).MaintenanceOptions).toBeUndefined();
      expect(dataOf(made({ autoRecovery: true })).MaintenanceOptions).toEqual({ AutoRecovery: 'default' });
      expect(dataOf(made({ autoRecovery: false })).MaintenanceOptions).toEqual({ AutoRecovery: 'disabled' });
      expect(dataOf(made(diskful)).MaintenanceOptions).toEqual({ AutoRecovery: 'disabled' });
    });

    test('fails when it is asked for with local disks [compute-auto-recovery]', () => {
      expect(refusal({ ...diskful, autoRecovery: true })).toThrow(
        'Stack/Server:\n  autoRecovery is true for m7gd.large, which has local disks and cannot be moved; leave it out, or take a type without the letter d',
      );
    });
  });

  test('fails when the type has no enhanced networking and is to have it [compute-network-performance]', () => {
    expect(refusal({ instanceType: type('t2.micro'), enhancedNetworking: true })).toThrow(
      'Stack/Server:\n  instanceType is t2.micro, which has no enhanced networking by ENA; take a type of Nitro, such as t3.micro',
    );
    expect(dataOf(made({ enhancedNetworking: true })).EbsOptimized).toBe(true);
  });

  describe('metadata', () => {
    test('an answer goes two hops only where containers must read it [compute-imdsv2-required]', () => {
      expect(dataOf(made({ metadataHopLimit: 2 })).MetadataOptions).toEqual({
        HttpEndpoint: 'enabled',
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
      });
    });

    test.each([0, 3, 64])('fails when it would go %d hops [compute-imdsv2-required]', (metadataHopLimit) => {
      expect(refusal({ metadataHopLimit })).toThrow(
        `Stack/Server:\n  metadataHopLimit is ${metadataHopLimit} hops; give a whole number from 1 to 2 hops`,
      );
    });
  });

  describe('address', () => {
    test('one interface, in the one subnet its group chooses, without a public address [compute-private-default]', () => {
      const { NetworkInterfaces: interfaces } = dataOf(made());
      expect(interfaces).toHaveLength(1);
      expect(interfaces[0]).toMatchObject({ DeviceIndex: 0, AssociatePublicIpAddress: false });
      expect(interfaces[0].SubnetId).toBeUndefined();
    });

    test('a public address comes only when asked for [compute-private-default]', () => {
      expect(dataOf(made({ publicAddress: true })).NetworkInterfaces[0].AssociatePublicIpAddress).toBe(true);
    });
  });

  describe('security group', () => {
    test('nothing gets in, and only HTTPS gets out', () => {
      const template = made();
      template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
      template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Servers of a test',
        SecurityGroupIngress: Match.absent(),
        SecurityGroupEgress: [
          {
            CidrIp: '0.0.0.0/0',
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
            Description: 'HTTPS to the AWS APIs: boot signals, sessions, packages',
          },
        ],
      });
    });

    test('a named way out replaces it', () => {
      const outbound = [{ to: Peer.ipv4('10.0.9.0/24'), port: Port.tcp(5432), description: 'The database' }];
      made({ outbound }).hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Servers of a test',
        SecurityGroupEgress: [
          { CidrIp: '10.0.9.0/24', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, Description: 'The database' },
        ],
      });
    });

    test('fails when there is no way out', () => {
      expect(refusal({ outbound: [] })).toThrow(
        'outbound is empty; leave it out for HTTPS, or name what the instances need',
      );
    });
  });

  describe('role', () => {
    test('code gets temporary credentials of a role that may do what it was granted, on that bucket and no other [compute-instance-role]', () => {
      const template = made({ access: OperatorAccess.none() }, ({ role }, stack) => {
        new Bucket(stack, 'Mine').grantReadWrite(role);
        new Bucket(stack, 'Other');
      });
      template.resourceCountIs('AWS::IAM::AccessKey', 0);
      template.hasResourceProperties('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
        },
        ManagedPolicyArns: Match.absent(),
      });
      const profile = Object.entries(template.findResources('AWS::IAM::InstanceProfile'))[0];
      expect(dataOf(template).IamInstanceProfile).toEqual({ Arn: { 'Fn::GetAtt': [profile[0], 'Arn'] } });
      expect(profile[1].Properties.Roles).toEqual([{ Ref: expect.stringContaining('ServerRole') }]);

      const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
      const [mine, other] = ['Mine', 'Other'].map((name) =>
        Object.keys(template.findResources('AWS::S3::Bucket')).find((id) => id.startsWith(name))!,
      );
      const asked = (action: string, bucket: string) =>
        decide(policy.Properties.PolicyDocument, { action, resource: `<${bucket}.Arn>/key` });
      expect(asked('s3:GetObject', mine)).toBe('allow');
      expect(asked('s3:PutObject', mine)).toBe('allow');
      expect(asked('s3:GetObject', other)).toBe('implicit deny');
      expect(asked('s3:DeleteBucket', mine)).toBe('implicit deny');
    });
  });

  describe('image', () => {
    test('the newest Amazon Linux 2023 of the region comes from its public parameter [compute-ami-parameter]', () => {
      const template = made().toJSON();
      const name = dataOf(made()).ImageId.Ref;
      expect(template.Parameters[name]).toEqual({
        Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64',
      });
      expect(template.Mappings).toBeUndefined();
    });

    test('its processor is that of the type [compute-ami-parameter]', () => {
      expect(Object.values(made({ instanceType: type('c7i.large') }).toJSON().Parameters)).toContainEqual(
        expect.objectContaining({ Default: expect.stringMatching(/-x86_64$/) }),
      );
    });

    test('an image by id is used as it is, for those who say imported [compute-ami-parameter]', () => {
      const image = ImageChoice.imported('ami-0123456789abcdef0', InstanceArchitecture.ARM_64);
      expect(dataOf(made({ image })).ImageId).toBe('ami-0123456789abcdef0');
    });

    test.each([
      ['m7g.medium', InstanceArchitecture.X86_64, 'x86_64', 'arm64'],
      ['m7i.large', InstanceArchitecture.ARM_64, 'arm64', 'x86_64'],
    ])(
      'fails when %s would start from an image for another processor [compute-type-policy]',
      (name, its, made_, wanted) => {
        expect(refusal({ instanceType: type(name), image: ImageChoice.amazonLinux2023(its) })).toThrow(
          `image is made for ${made_} but instanceType ${name} has a processor of ${wanted}; give an image for ${wanted}, or another type`,
        );
      },
    );

    test('fails when an id or a parameter is not one', () => {
      const { ARM_64 } = InstanceArchitecture;
      expect(refusal({ image: ImageChoice.imported('al2023', ARM_64) })).toThrow(
        'image is al2023; give an id such as ami-0123456789abcdef0',
      );
      expect(refusal({ image: ImageChoice.fromParameter('golden', ARM_64) })).toThrow(
        "image comes from the parameter golden; give a parameter's name beginning with a slash",
      );
    });
  });

  describe('type', () => {
    test.each(
      // The oldest of each family that is worth starting with, and one of a family that has none.
      'm6i.large c6i.large r6g.large x2gd.medium i4i.large d3.xlarge g5.xlarge p4d.24xlarge inf2.xlarge hpc7g.4xlarge'.split(
        ' ',
      ),
    )('%s bears a steady load [compute-type-policy]', (name) => {
      expect(TypePolicy.sustained().faults(type(name))).toEqual([]);
    });

    test.each(['t3.large', 't4g.2xlarge'])('fails when a steady load is put on %s [compute-type-policy]', (name) => {
      expect(refusal({ instanceType: type(name), typePolicy: TypePolicy.sustained() })).toThrow(
        `Stack/Server:\n  instanceType is ${name}, which slows down or bills extra once its CPU credits are spent; take a type of family m, c or r`,
      );
    });

    test.each([
      ['m5.large', 5, 'm6'],
      ['c4.large', 4, 'c6'],
      ['r5dn.large', 5, 'r6'],
      ['i3.large', 3, 'i4'],
      ['x1.16xlarge', 1, 'x2'],
      ['d2.xlarge', 2, 'd3'],
      ['g4dn.xlarge', 4, 'g5'],
      ['p3.2xlarge', 3, 'p4'],
      ['inf1.xlarge', 1, 'inf2'],
    ])('fails when a steady load is put on the outdated %s [compute-type-policy]', (name, generation, floor) => {
      expect(refusal({ instanceType: type(name), typePolicy: TypePolicy.sustained() })).toThrow(
        `instanceType is ${name}, of generation ${generation}; take ${floor} or newer, which does more for the same price`,
      );
    });

    test('fails when the name is none', () => {
      expect(refusal({ instanceType: type('t4g.gigantic') })).toThrow('instanceType: t4g.gigantic is no instance type');
    });
  });

  describe('CPU credits', () => {
    test('the mode is always written, standard unless asked otherwise [compute-burst-credits]', () => {
      expect(dataOf(made()).CreditSpecification).toEqual({ CpuCredits: 'standard' });
    });

    test('unlimited comes with its reason in the metadata [compute-burst-credits]', () => {
      const template = made({ credits: BurstCredits.unlimited('It boots before it has earned any') });
      expect(dataOf(template).CreditSpecification).toEqual({ CpuCredits: 'unlimited' });
      template.hasResource('AWS::EC2::LaunchTemplate', {
        Metadata: { 'groundplan:UnlimitedCredits': 'It boots before it has earned any' },
      });
    });

    test('a type without credits gets no mode [compute-burst-credits]', () => {
      expect(dataOf(made({ instanceType: type('m7g.medium') })).CreditSpecification).toBeUndefined();
    });

    test('fails when a type has none to spend [compute-burst-credits]', () => {
      expect(refusal({ instanceType: type('m7g.medium'), credits: BurstCredits.standard() })).toThrow(
        'credits are given for m7g.medium, which has none; leave them out, or take a type of family t',
      );
    });

    test('fails when unlimited has no reason worth the name [compute-burst-credits]', () => {
      expect(refusal({ credits: BurstCredits.unlimited('speed') })).toThrow(
        'credits are unlimited for the reason "speed"; say in a sentence why the surplus is worth paying for',
      );
    });
  });

  describe('volumes', () => {
    test('each says whether it outlives its instance, and each is encrypted [compute-ebs-delete-on-termination, compute-ebs-encryption]', () => {
      const data = dataOf(
        made({
          instanceType: new InstanceType('m7g.large'),
          rootDisk: EbsDisk.gp3({ size: gib(20), keep: true }),
          dataDisks: {
            '/dev/xvdf': EbsDisk.gp3({ size: gib(100), iops: 6_000, throughput: 500 }),
            '/dev/xvdg': EbsDisk.io2({ size: gib(10), iops: 5_000, keep: true }),
            '/dev/xvdh': EbsDisk.st1({ size: gib(125) }),
          },
        }),
      );
      const mappings = data.BlockDeviceMappings.map(({ DeviceName, Ebs }: any) => [
        DeviceName,
        Ebs.VolumeType,
        Ebs.Encrypted,
        Ebs.DeleteOnTermination,
        Ebs.Iops,
        Ebs.Throughput,
      ]);
      expect(mappings).toEqual([
        ['/dev/xvda', 'gp3', true, false, undefined, undefined],
        ['/dev/xvdf', 'gp3', true, true, 6_000, 500],
        ['/dev/xvdg', 'io2', true, false, 5_000, undefined],
        ['/dev/xvdh', 'st1', true, true, undefined, undefined],
      ]);
    });

    test('fails when the root cannot be booted from or a volume is impossible, in one error [compute-ebs-hdd, compute-ebs-general-purpose]', () => {
      expect(
        refusal({
          rootDisk: EbsDisk.sc1({ size: gib(125) }),
          dataDisks: {
            '/dev/xvdf': EbsDisk.gp3({ size: gib(8), iops: 90_000 }),
            '/dev/xvda': EbsDisk.st1({ size: gib(8) }),
          },
        }),
      ).toThrow(
        [
          'Stack/Server:',
          'rootDisk is sc1, a hard disk that no instance boots from; take EbsDisk.gp3',
          'dataDisks[/dev/xvdf] has 90000 IOPS of gp3; give a whole number from 3000 to 80000',
          "dataDisks has the device /dev/xvda; give a name such as /dev/xvdf, other than the root's /dev/xvda",
          'dataDisks[/dev/xvda] is 8 GiB of st1; give a whole number from 125 to 16384 GiB',
        ].join('\n  '),
      );
    });

    test('a group whose volumes are under a key of your own lets Auto Scaling use it and hand it on, for volumes only [compute-ebs-encryption]', () => {
      const parts = new Parts(testStack());
      const encryptionKey = new Key(parts.stack, 'VolumeKey');
      parts.fleet({ template: parts.template({ rootDisk: EbsDisk.gp3({ size: gib(8), encryptionKey }) }) });
      const template = Template.fromStack(parts.stack);
      const [id, key] = Object.entries(template.findResources('AWS::KMS::Key')).find(([name]) =>
        name.startsWith('VolumeKey'),
      )!;
      expect(dataOf(template).BlockDeviceMappings[0].Ebs.KmsKeyId).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });

      const role =
        'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
      const asked = (action: string, who: string, context: Record<string, string> = {}) =>
        decide(
          { Statement: key.Properties.KeyPolicy.Statement.slice(1) },
          { action, resource: '*', context: { 'aws:PrincipalArn': who, ...context } },
        );
      for (const action of [
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:DescribeKey',
      ]) {
        expect(asked(action, role)).toBe('allow');
        expect(asked(action, 'arn:aws:iam::111122223333:role/other')).toBe('implicit deny');
      }
      expect(asked('kms:CreateGrant', role, { 'kms:GrantIsForAWSResource': 'true' })).toBe('allow');
      expect(asked('kms:CreateGrant', role, { 'kms:GrantIsForAWSResource': 'false' })).toBe('implicit deny');
    });
  });
});

describe('shell access', () => {
  const portsIn = (template: Template) => [
    ...Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    ),
    ...Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => Properties),
  ];

  const instancesOfThisAccount = {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':ec2:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        ':instance/*',
      ],
    ],
  };

  test('sessions come through Session Manager: five actions, no port, no key [compute-session-access]', () => {
    const template = made();
    expect(portsIn(template)).toEqual([]);
    template.resourceCountIs('AWS::EC2::KeyPair', 0);
    expect(dataOf(template).KeyName).toBeUndefined();
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'ssm:UpdateInstanceInformation', Resource: instancesOfThisAccount },
      {
        Effect: 'Allow',
        Action: [
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        Resource: '*',
      },
    ]);
  });

  test('no shell means no permission [compute-session-access]', () => {
    made({ access: OperatorAccess.none() }).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('an Instance Connect Endpoint is let in on 22 by its own group, and nobody else is [compute-session-access]', () => {
    const parts = new Parts(testStack());
    const endpoint = new ConnectEndpoint(parts.stack, 'Connect', {
      vpc: parts.vpc,
      subnet: parts.vpc.privateSubnets[0],
    });
    parts.template({ access: OperatorAccess.connectEndpoint(endpoint) });
    const template = Template.fromStack(parts.stack);
    const endpointGroup = { 'Fn::GetAtt': [expect.stringContaining('ConnectGroup'), 'GroupId'] };
    template.hasResourceProperties('AWS::EC2::InstanceConnectEndpoint', {
      SecurityGroupIds: [Match.objectLike({ 'Fn::GetAtt': [Match.stringLikeRegexp('ConnectGroup'), 'GroupId'] })],
      SubnetId: { Ref: Match.stringLikeRegexp('VpcPrivateSubnet1') },
    });
    expect(portsIn(template)).toEqual([
      expect.objectContaining({ FromPort: 22, ToPort: 22, IpProtocol: 'tcp', SourceSecurityGroupId: endpointGroup }),
    ]);
  });

  test('a key pair lives in Parameter Store alone and opens 22 to named ranges, by a group of its own [compute-session-access, compute-admin-port-guard]', () => {
    const parts = new Parts(testStack());
    const pool = parts.pool();
    parts.balancer(pool);
    parts.fleet({
      template: parts.template({ access: OperatorAccess.keyPair({ allowFrom: ['198.51.100.0/24'] }) }),
      targets: pool,
    });
    guardNetwork(parts.stack, [new OpenPortGuard()]);
    const template = Template.fromStack(parts.stack);
    template.hasResourceProperties('AWS::EC2::KeyPair', { KeyType: 'ed25519', PublicKeyMaterial: Match.absent() });
    const groups = dataOf(template).NetworkInterfaces[0].Groups.map((group: any) => group['Fn::GetAtt'][0]);
    expect(groups).toEqual([expect.stringContaining('ServerGroup'), expect.stringContaining('ServerSsh')]);
    const own = template.findResources('AWS::EC2::SecurityGroup')[groups[1]];
    expect(own.Properties.SecurityGroupIngress).toEqual([
      expect.objectContaining({ CidrIp: '198.51.100.0/24', FromPort: 22, ToPort: 22 }),
    ]);
    const others = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(others.map(({ Properties }) => [Properties.GroupId['Fn::GetAtt'][0], Properties.FromPort])).toEqual([
      [groups[0], 80],
    ]);
  });

  test('fails when SSH is opened to nowhere or to the world [compute-admin-port-guard]', () => {
    expect(refusal({ access: OperatorAccess.keyPair({ allowFrom: [] }) })).toThrow(
      'allowFrom is empty; name the ranges that may open port 22, or use OperatorAccess.session()',
    );
    for (const world of ['0.0.0.0/0', '::/0']) {
      expect(refusal({ access: OperatorAccess.keyPair({ allowFrom: [world] }) })).toThrow(
        `ingress opens 22 (SSH) to ${world}`,
      );
    }
  });

  test.each([
    ['21', Port.tcp(21), '21 (FTP)'],
    ['22', Port.tcp(22), '22 (SSH)'],
    ['3389', Port.tcp(3389), '3389 (RDP)'],
    ['a range over them', Port.tcpRange(1, 4000), '21 (FTP), 22 (SSH), 3389 (RDP)'],
    ['everything', Port.allTraffic(), '21 (FTP), 22 (SSH), 3389 (RDP)'],
  ])(
    'fails when %s is opened to the world beside the blocks, in either family [compute-admin-port-guard]',
    (_, port, ports) => {
      for (const [peer, world] of [[Peer.anyIpv4(), '0.0.0.0/0'] as const, [Peer.anyIpv6(), '::/0'] as const]) {
        const parts = new Parts(testStack());
        parts.template().connections.allowFrom(peer, port);
        guardNetwork(parts.stack, [new OpenPortGuard()]);
        expect(() => Template.fromStack(parts.stack)).toThrow(`ingress opens ${ports} to ${world}`);
      }
    },
  );
});
