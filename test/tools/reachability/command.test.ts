import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../tools/reachability';
import { readRequest } from '../../../tools/reachability/command-line';
import { plainVpc, ref, type Sketch } from './sketch';

/** Runs the command and keeps what it prints. */
async function reach(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const printed: Record<'log' | 'error', string[]> = { log: [], error: [] };
  const spies = (['log', 'error'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation((...words: unknown[]) => void printed[name].push(words.join(' '))),
  );
  try {
    return { code: await run(args), out: printed.log.join('\n'), err: printed.error.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'reach-'));
function file(sketch: Sketch | string, name = 'plain.template.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof sketch === 'string' ? sketch : JSON.stringify(sketch.template));
  return path;
}
const office = () =>
  plainVpc()
    .section('Parameters', { Office: { Type: 'String', Default: '198.51.100.0/24' } })
    .add('Web', 'EC2::SecurityGroup', {
      VpcId: ref('A'),
      GroupDescription: 'x',
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' },
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: ref('Office') },
      ],
      SecurityGroupEgress: [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' }],
    })
    .host('Server', 'A1', 'Web')
    .without('Front')
    .without('Back');

describe('groundplan reach', () => {
  test('prints who reaches whom in a template file, and why some of it is not known', async () => {
    expect(await reach(file(office()))).toEqual({
      code: 0,
      err: '',
      out: `from      to      on                       by
--------  ------  -----------------------  ----------------
internet  Server  tcp 80; perhaps tcp 22  internet gateway

"perhaps", because the templates leave open:
- the parameter Office is chosen at deployment`
        .replace('-----------------------', '----------------------')
        .replace('on                       by', 'on                      by'),
    });
  });

  test('prints the same as Markdown', async () => {
    const { out } = await reach(file(office()), '--markdown', '--defaults');
    expect(out).toBe(
      [
        '| from | to | on | by |',
        '| --- | --- | --- | --- |',
        '| internet | Server | tcp 80 | internet gateway |',
        '| 198.51.100.0/24 | Server | tcp 22, 80 | internet gateway |',
      ].join('\n'),
    );
  });

  test.each([
    [
      ['internet', 'Server:80'],
      0,
      /^reachable: internet to Server on tcp 80\n {2}request {2}gateway {9}the internet gateway Igw/,
    ],
    [['internet', 'Server:81'], 1, /^blocked: internet to Server on tcp 81: the security group of Server admits only/],
    [
      ['internet', 'Server:22'],
      3,
      /^unknown: internet to Server on tcp 22: the parameter Office is chosen at deployment/,
    ],
    [['198.51.100.9', 'Server:22', '--defaults'], 0, /^reachable/],
    [['internet', 'Server:22', '--parameter', 'Office=0.0.0.0/0'], 0, /^reachable/],
    [['internet', 'Server:22', '--parameter=Office=203.0.113.0/24'], 1, /^blocked/],
    [['internet', 'Server'], 0, /^reachable: internet to Server on anything: tcp 80\n/],
    [['internet', 'Server:udp/53'], 1, /^blocked: internet to Server on udp 53/],
    [['internet', 'Server:81', '--symptom', 'timeout'], 1, /times out: the security group of Server admits/],
    [['internet', 'Guest:22', '--guest', 'Guest=A1,Open,public'], 0, /^reachable/],
    [['internet', 'Guest:22', '--guest', 'Guest=A2'], 1, /^blocked/],
  ])('answers %j with code %d', async (question, code, text) => {
    const answer = await reach(file(office()), ...question);
    expect(answer.err).toBe('');
    expect(answer.out).toMatch(text);
    expect(answer.code).toBe(code);
  });

  test('is 1 for what holds in part only', async () => {
    const sketch = office()
      .subnet('A3', '10.0.3.0/24')
      .add('Template', 'EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('Open')] } })
      .add('Fleet', 'AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('A1'), ref('A3')],
        LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
      });
    const { code, out } = await reach(file(sketch, 'fleet.json'), 'Fleet', 'internet:443');
    expect(out).toMatch(/^reachable in part: Fleet to internet on tcp 443, but not from Fleet in A3 to internet/);
    expect(code).toBe(1);
  });

  test('reads a cdk.out', async () => {
    const { code, out } = await reach(folder, 'internet', 'Server:80');
    expect([code, out.split('\n')[0]]).toEqual([0, 'reachable: internet to Server on tcp 80']);
  });

  test('synthesises an architecture of the catalogue, in the profile asked for', async () => {
    const { code, out } = await reach('three-tier-network', 'profile=production', 'internet', 'database');
    expect(out).toMatch(/^blocked: internet to database on anything: /);
    expect(code).toBe(1);
  });

  test('says so when nothing stands in a network, or nothing reaches anything', async () => {
    const bucket = '{ "Resources": { "Bucket": { "Type": "AWS::S3::Bucket" } } }';
    expect((await reach(file(bucket, 'bucket.json'))).out).toBe('The templates hold nothing that stands in a network.');
    const lonely = plainVpc().without('Front').without('Back').group('Shut', 'A', [], []).host('Lonely', 'A2', 'Shut');
    expect((await reach(file(lonely, 'lonely.json'))).out).toBe('Nothing reaches anything.');
  });

  test.each([
    [[], 'say what to look at\n\ngroundplan reach'],
    [['nowhere.json'], 'nowhere.json is neither an architecture nor a file; the architectures are three-tier-network'],
    [[file('not json', 'broken.json')], 'broken.json is not JSON'],
    [[file('{}', 'empty.json')], 'empty.json has no Resources; is it a CloudFormation template?'],
    [[file(office()), 'internet'], 'say whom internet is to reach: groundplan reach '],
    [
      [file(office()), 'internet', 'Servr:80'],
      'the network has no "Servr", did you mean Server? it has internet, internet6, Server',
    ],
    [
      [file(office()), 'internet', 'Server:http'],
      '"http" is no traffic; write a port such as 443, tcp 80,443, udp 53, ping or anything',
    ],
    [
      [file(office()), 'internet', 'Server', '443'],
      '443 is one word too many; traffic follows the second name behind a colon, Database:5432',
    ],
    [[file(office()), '--verbose'], 'there is no option --verbose\n\ngroundplan reach'],
    [[file(office()), '--parameter', 'Office'], '--parameter Office has no value; write --parameter Office=value'],
    [[file(office()), '--region'], '--region needs the code of a Region behind it'],
    [[file(office()), 'internet', 'Server', '--symptom', 'slow'], '--symptom is slow; write timeout or refused'],
    [[file(office()), '--symptom', 'timeout'], '--symptom is about one connection; say from where to where'],
    [
      [file(office()), 'internet', 'Server', '--try', 'here'],
      '--try is here; write a host and a port, such as www.example.com:443',
    ],
    [
      [file(office()), '--guest', 'Guest=A7'],
      'the guest Guest is to stand in "A7", but the network has no such subnets; it has A',
    ],
    [
      [file(office()), '--guest', 'Guest=A1,Nobody'],
      'the guest Guest is to be in the group "Nobody", but the templates have no such group; they have ',
    ],
    [['three-tier-network', 'profile=prod'], '-c profile=prod: must be sandbox or production'],
  ])('fails when the words are %j, with one error that says what to write', async (args, text) => {
    const { code, out, err } = await reach(...args);
    expect(err).toContain(text);
    expect([code, out]).toEqual([2, '']);
  });

  test('reads addresses with and without ports', () => {
    const goal = (word: string) => readRequest(['x', 'internet', word]).question;
    expect(goal('[2001:db8::1]:443')).toMatchObject({ to: '2001:db8::1', traffic: { text: 'tcp 443' } });
    expect(goal('2001:db8::/32')).toMatchObject({ to: '2001:db8::/32', traffic: { text: 'anything' } });
    expect(goal('10.0.0.0/8:ping')).toMatchObject({ to: '10.0.0.0/8', traffic: { text: 'ping' } });
    expect(goal('Web/Fleet:80,443')).toMatchObject({ to: 'Web/Fleet', traffic: { text: 'tcp 80, 443' } });
  });

  test('tries a connection on request, and says why it does what it does', async () => {
    const { code, out } = await reach(file(office()), 'internet', 'Server:80', '--try', '127.0.0.1:1');
    expect(out).toMatch(/127\.0\.0\.1:1 refused\. A refusal comes from the host itself/);
    expect(code).toBe(0);
  });
});
