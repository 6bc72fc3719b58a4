import { anything, networkOf, tcp } from '../../support/reachability';
import { plainVpc, ref } from './sketch';

const chain = () =>
  plainVpc()
    .group('Web', 'A', [['tcp 443', '0.0.0.0/0']], [['tcp 5432', 'Data']])
    .group('Data', 'A', [['tcp 5432', 'Web']], [])
    .host('Front', 'A1', 'Web')
    .host('Back', 'A2', 'Data')
    .model();

const message = (statement: () => unknown): string => {
  try {
    statement();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing failed';
};

test('a statement reads like a sentence and fails with the path and the hop', () => {
  expect(chain()).toReach('internet', 'Front', tcp(443));
  expect(chain()).not.toReach('internet', 'Back', anything);
  expect(chain()).toReach('Front', 'Back');
  expect(message(() => expect(chain()).toReach('internet', 'Front', tcp(80)))).toBe(
    [
      'blocked: internet to Front on tcp 80: the security group of Front admits only tcp 443 from 0.0.0.0/0',
      '  request  gateway         the internet gateway Igw takes it to Front',
      '  request  network ACL     entry 100 of the default network ACL of A allows everything from 0.0.0.0/0, for the request into A1',
      '  request  security group  the security group of Front admits only tcp 443 from 0.0.0.0/0',
    ].join('\n'),
  );
  expect(message(() => expect(chain()).not.toReach('Front', 'Back', tcp(5432)))).toMatch(
    /^reachable: Front to Back on tcp 5432\n {2}request/,
  );
});

test('the whole table is stated, and any new hole, lost path or other port fails', () => {
  expect(chain()).toHaveReachability([
    ['internet', 'Front', tcp(443)],
    ['Front', 'Back', 'tcp 5432'],
  ]);
  expect(message(() => expect(chain()).toHaveReachability([['internet', 'Front', tcp(443)]]))).toMatch(
    /^Not stated: Front reaches Back on tcp 5432\.\nreachable: /,
  );
  expect(
    message(() =>
      expect(chain()).toHaveReachability([
        ['internet', 'Front', tcp(443)],
        ['Front', 'Back', tcp(5432)],
        ['internet', 'Back', tcp(5432)],
      ]),
    ),
  ).toMatch(/^Stated, but not so: internet reaches Back on tcp 5432\.\nblocked: .*Back has no public address/);
  expect(
    message(() =>
      expect(chain()).toHaveReachability([
        ['internet', 'Front', tcp(80, 443)],
        ['Front', 'Back', tcp(5432)],
      ]),
    ),
  ).toMatch(/^Stated: internet reaches Front on tcp 80, 443; but it is tcp 443\./);
});

test('what is not known has to be stated as such', () => {
  const network = plainVpc()
    .without('Front')
    .without('Back')
    .group('Web', 'A', [['tcp 443', 'pl-1']], [])
    .host('Server', 'A1', 'Web')
    .model();
  expect(network).toHaveReachability([['internet', 'Server', 'perhaps tcp 443']]);
  expect(message(() => expect(network).toHaveReachability([['internet', 'Server', 'tcp 443']]))).toMatch(
    /but it is perhaps tcp 443/,
  );
});

test('the network of an architecture has the names of its constructs', () => {
  const network = networkOf('three-tier-network');
  expect(network).not.toReach('internet', 'database', anything);
  expect(network).toReach('application', 'database', tcp(5432));
  expect(network).not.toReach('web', 'database', anything);
});

test('guests answer what would be if they stood there', () => {
  const model = plainVpc()
    .group('Web', 'A', [['tcp 443', '0.0.0.0/0']], [])
    .without('Front')
    .without('Back')
    .model({ guests: { Visitor: { subnets: 'A1', groups: 'Web', isPublic: true }, Other: { subnets: ['A1', 'A2'] } } });
  expect(model).toReach('internet', 'Visitor', tcp(443));
  expect(model).not.toReach('internet', 'Visitor', tcp(80));
  expect(model).toReach('Other', 'Visitor', tcp(443));
  expect(model.elements).toEqual(['Visitor', 'Other']);
});

test('without anything in it, a network has a table of its tiers', () => {
  const empty = plainVpc()
    .without('Front')
    .without('Back')
    .subnet('A3', '10.0.3.0/24', { Tags: [{ Key: 'aws-cdk:subnet-name', Value: 'data' }] });
  empty.table('DataTable', ['A3'], {});
  expect(
    empty
      .model()
      .table()
      .filter(({ to }) => to === 'internet')
      .map(({ from }) => from),
  ).toEqual(['A']);
  expect(empty.model()).toReach('A', 'data', tcp(5432));
  expect(empty.add('Igw2', 'EC2::InternetGateway', { X: ref('A') }).model()).not.toReach('data', 'internet', anything);
});
