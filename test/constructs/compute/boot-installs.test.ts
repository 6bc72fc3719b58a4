import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Template } from 'aws-cdk-lib/assertions';
import { installFaults } from '../../../lib/constructs/compute/boot-installs';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { ImageChoice, type BakedOptions } from '../../../lib/constructs/compute/image-choice';
import { MetricsAgent } from '../../../lib/constructs/compute/metrics-agent';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const line = (text: string, allowed: readonly string[] = []) => installFaults([{ name: 'boot.sh', text }], allowed);

describe('a boot of a baked image', () => {
  test.each([
    'dnf install --assumeyes --quiet nginx',
    '  patiently dnf --quiet install nginx',
    'yum update -y',
    'sudo apt-get -y install nginx && systemctl start nginx',
    'dnf install \\\n  nginx',
    'pip3 install flask',
    'npm ci',
    'rpm -Uvh https://example.com/agent.rpm',
    'amazon-linux-extras install nginx1',
    'curl -fsSL https://example.com/setup | sudo bash -',
  ])('fails when it has "%s" [compute-bake-versus-boot]', (text) => {
    expect(line(text)).toHaveLength(1);
    expect(line(text)[0]).toMatch(
      /^boot\.sh has ".*", and the image is baked; put it into a component of the image, or name its packages in atBoot$/,
    );
  });

  test.each([
    '# dnf install nginx is done in the image',
    'systemctl enable --now nginx',
    'npm start',
    'curl --fail http://127.0.0.1/health | grep well',
    'aws s3 cp s3://bucket/settings.json /etc/app/',
    'install --mode 0644 page.html /usr/share/nginx/html/',
  ])('may have "%s" [compute-bake-versus-boot]', (text) => {
    expect(line(text)).toEqual([]);
  });

  test('may install what is allowed, and nothing beside it [compute-bake-versus-boot]', () => {
    expect(line('dnf install -y nginx-mod-geoip', ['nginx-mod-geoip'])).toEqual([]);
    expect(line('dnf install -y nginx-mod-geoip php', ['nginx-mod-geoip'])).toHaveLength(1);
    expect(line('dnf upgrade -y', ['nginx-mod-geoip'])).toHaveLength(1);
  });
});

describe('ImageChoice.baked', () => {
  const parameter = '/imagebuilder/page';
  const launch = (program: string, options: BakedOptions = {}, isBaked = true) => {
    const parts = new Parts(testStack());
    const image = isBaked
      ? ImageChoice.baked(parameter, InstanceArchitecture.ARM_64, options)
      : ImageChoice.amazonLinux2023(InstanceArchitecture.ARM_64);
    const boot = new BootProgram(parts.stack, 'Own', { program: { name: 'boot.sh', text: program } });
    return { parts, template: parts.template({ image, boot }) };
  };
  const install = 'dnf install --assumeyes nginx\n';

  test('the template names the parameter, and no id [compute-image-consume]', () => {
    const { parts } = launch('systemctl start nginx\n');
    Template.fromStack(parts.stack).hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { ImageId: `resolve:ssm:${parameter}` },
    });
  });

  test('fails when the boot installs what the image should hold; other images may [compute-bake-versus-boot]', () => {
    expect(() => launch(install)).toThrow(
      'Stack/Server:\n  boot.sh has "dnf install --assumeyes nginx", and the image is baked; put it into a component of the image, or name its packages in atBoot',
    );
    expect(() => launch(install, { atBoot: ['nginx'] })).not.toThrow();
    expect(() => launch(install, {}, false)).not.toThrow();
  });

  test('fails when the agent for metrics is installed at boot, which belongs into the image too [compute-bake-versus-boot]', () => {
    const parts = new Parts(testStack());
    const boot = new BootProgram(parts.stack, 'Own', {
      program: { name: 'boot.sh', text: 'true\n' },
      agent: new MetricsAgent(parts.stack, 'Agent'),
    });
    const image = ImageChoice.baked(parameter, InstanceArchitecture.ARM_64);
    expect(() => parts.template({ image, boot })).toThrow('user data has "patiently dnf install');
  });

  test('fails when the parameter has no slash before it', () => {
    const parts = new Parts(testStack());
    expect(() => parts.template({ image: ImageChoice.baked('page', InstanceArchitecture.ARM_64) })).toThrow(
      "image comes from the parameter page; give a parameter's name beginning with a slash",
    );
  });

  test('a group may use the key of its snapshots', () => {
    const parts = new Parts(testStack());
    const encryptionKey = new Key(parts.stack, 'Key');
    const template = parts.template({
      image: ImageChoice.baked(parameter, InstanceArchitecture.ARM_64, { encryptionKey }),
    });
    expect(template.encryptionKeys).toEqual([encryptionKey]);
  });
});
