import { run, type Step } from '../../tools/authorise-zone';
import { listening } from '../support/console';

describe('groundplan authorise-zone', () => {
  const said = listening();
  const [zone, vpc] = ['Z0123456789ABCDEFGHIJ', 'vpc-0123456789abcdef0'];
  const where = `--hosted-zone-id ${zone} --vpc VPCRegion=eu-west-1,VPCId=${vpc}`;

  test('the zone authorises before the VPC joins, each with the credentials of its own account [network-private-zone-cross-account]', () => {
    expect(run([zone, vpc, '--region', 'eu-west-1', '--zone-profile', 'names', '--vpc-profile', 'shop'])).toBe(0);
    expect(said.join('\n').split('\n')).toEqual([
      '# 1. the account of the zone authorises the VPC',
      `aws route53 create-vpc-association-authorization ${where} --profile names`,
      '# 2. the account of the VPC joins it to the zone',
      `aws route53 associate-vpc-with-hosted-zone ${where} --profile shop`,
      '# 3. the authorisation is used up and can go; the VPC stays',
      `aws route53 delete-vpc-association-authorization ${where} --profile names`,
    ]);
  });

  test('programs get the same as JSON, without profiles where none are given [network-private-zone-cross-account]', () => {
    expect(run([zone, vpc, '--region', 'eu-west-1', '--json'])).toBe(0);
    const steps = JSON.parse(said.join('\n')) as Step[];
    expect(steps.map(({ account, command }) => [account, command])).toEqual([
      ['zone', `aws route53 create-vpc-association-authorization ${where}`],
      ['vpc', `aws route53 associate-vpc-with-hosted-zone ${where}`],
      ['zone', `aws route53 delete-vpc-association-authorization ${where}`],
    ]);
  });

  test.each<[string, string[], string[]]>([
    [
      'everything is missing',
      [],
      [
        'the zone is ""; give its id, such as Z0123456789ABCDEFGHIJ, from aws route53 list-hosted-zones',
        'the VPC is ""; give an id such as vpc-0123456789abcdef0',
        '--region is ""; give that of the VPC, such as eu-west-1',
        'groundplan authorise-zone <zone id> <vpc id> --region',
      ],
    ],
    [
      'a zone has its path',
      [`/hostedzone/${zone}`, vpc, '--region', 'eu-west-1'],
      [`the zone is "/hostedzone/${zone}"; give ${zone}`],
    ],
    [
      'an id is that of something else',
      [zone, 'subnet-1', '--region', 'eu-west-1'],
      ['the VPC is "subnet-1"; give an id such as'],
    ],
    [
      'a zone of availability stands for a Region',
      [zone, vpc, '--region', 'eu-west-1a'],
      ['--region is "eu-west-1a"; give that of the VPC'],
    ],
    [
      'there are two VPCs',
      [zone, vpc, vpc, '--region', 'eu-west-1'],
      [`"${vpc}" is one word too many; give a zone and one VPC`],
    ],
    [
      'a profile would end the command',
      [zone, vpc, '--region', 'eu-west-1', '--zone-profile', 'a; b'],
      ['--zone-profile is "a; b"; give a profile of the AWS CLI, without spaces'],
    ],
    [
      'an option is unknown',
      [zone, vpc, '--regoin', 'eu-west-1'],
      ["Unknown option '--regoin'", 'groundplan authorise-zone <zone id>'],
    ],
  ])('fails when %s [network-private-zone-cross-account]', (_, args, faults) => {
    expect(run(args)).toBe(2);
    for (const fault of faults) expect(said.join('\n')).toContain(fault);
  });
});
