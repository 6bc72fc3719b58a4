import { run } from '../../tools/connect';
import { listening } from '../support/console';

describe('groundplan connect', () => {
  const said = listening();
  const host = 'i-0123456789abcdef0';

  test.each([
    [['--by', 'session'], [`aws ssm start-session --target ${host}`]],
    [
      ['--by', 'endpoint', '--region', 'eu-west-1'],
      [
        `aws ec2-instance-connect ssh --instance-id ${host} --os-user ec2-user --connection-type eice --region eu-west-1`,
      ],
    ],
    [
      ['--by', 'endpoint', '--rdp', '--key', 'mine.pem'],
      [
        `aws ec2-instance-connect open-tunnel --instance-id ${host} --remote-port 3389 --local-port 13389`,
        `aws ec2 get-password-data --instance-id ${host} --priv-launch-key mine.pem --query PasswordData --output text`,
        '# and with that password, a desktop at localhost:13389',
      ],
    ],
    [
      ['--by', 'session', '--rdp'],
      [
        `aws ssm start-session --target ${host} --document-name AWS-StartPortForwardingSession --parameters portNumber=3389,localPortNumber=13389`,
        `aws ec2 get-password-data --instance-id ${host} --priv-launch-key key.pem --query PasswordData --output text`,
        '# and with that password, a desktop at localhost:13389',
      ],
    ],
    [
      ['--by', 'public', '--user', 'admin'],
      [`aws ec2-instance-connect ssh --instance-id ${host} --os-user admin --connection-type direct`],
    ],
    [
      ['--by', 'jump-host', '--jump-host', '198.51.100.9', '--host', '192.168.3.10', '--key', 'key.pem'],
      ['ssh -i key.pem -o "ProxyCommand=ssh -i key.pem -W %h:%p ec2-user@198.51.100.9" ec2-user@192.168.3.10'],
    ],
  ])('%p prints what to type [network-connect-endpoint]', (args, commands) => {
    expect(run([host, ...args])).toBe(0);
    expect(said.join('\n').split('\n')).toEqual(commands);
  });

  test.each([
    [
      [],
      [
        'the instance is ""; give an id such as i-0123456789abcdef0',
        '--by is ""; say session, endpoint, public, jump-host',
      ],
    ],
    [
      ['vpc-1', '--by', 'mail'],
      ['the instance is "vpc-1"', '--by is "mail"'],
    ],
    [[host, host, '--by', 'session'], [`"${host}" is one word too many; give one instance`]],
    [[host, '--by', 'public', '--rdp'], ['--rdp does not go by public; say session or endpoint']],
    [
      [host, '--by', 'jump-host'],
      ['--jump-host is ""; give its address, such as 192.168.1.10', '--host is ""; give its address'],
    ],
    [[host, '--by', 'session', '--host', '10.0.0.1'], ['--host goes with --by jump-host only; leave it out']],
    [[host, '--by', 'public', '--user', 'a; rm b'], ['--user is "a; rm b"; write it without spaces and quotes']],
    [[host, '--bye', 'session'], ["Unknown option '--bye'"]],
  ])('fails when it is told %p', (args, faults) => {
    expect(run(args)).toBe(2);
    for (const fault of [...faults, 'groundplan connect <instance id>']) expect(said.join('\n')).toContain(fault);
  });
});
