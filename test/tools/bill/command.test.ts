import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../../lib/catalogue';
import { run, type Bill } from '../../../tools/bill';
import { listening } from '../../support/console';

const said = listening();
const file = (template: object): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'groundplan-bill-')), 'shop.template.json');
  writeFileSync(path, JSON.stringify(template));
  return path;
};
const shop = {
  Resources: {
    Nat: { Type: 'AWS::EC2::NatGateway' },
    Vpc: { Type: 'AWS::EC2::VPC' },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'm', Period: 60 } },
    Search: { Type: 'AWS::OpenSearchService::Domain' },
    Odd: { Type: 'AWS::Quantum::Computer' },
  },
};

test('a template of somebody else: total, lines, what dominates, and what is not counted', () => {
  expect(run([file(shop)])).toBe(0);
  const [text] = said;
  expect(text).toMatch(
    /: 32\.95 USD a month when nobody calls, 0\.045 an hour \(32\.85 if the account uses its free allowances for nothing else\)\./,
  );
  expect(text).toMatch(/NAT gateway, in one zone +Nat +730 at 0\.045 an hour +32\.85/);
  expect(text).toMatch(/Most of it: NAT gateway, in one zone \(100 %\)\./);
  expect(text).toContain('Billed by AWS, but not counted here:');
  expect(text).toContain('  Search (AWS::OpenSearchService::Domain): its servers are not in the table');
  expect(text).toContain('  Odd (AWS::Quantum::Computer): no rule tells what it is billed for');
});

test('as JSON, amounts are exact decimals', () => {
  expect(run([file(shop), '--json'])).toBe(0);
  const bill = JSON.parse(said[0]) as Bill;
  expect([bill.monthly, bill.monthlyAfterFree, bill.region]).toEqual(['32.95', '32.85', 'us-east-1']);
  expect(bill.fixed.map(({ price, units, monthly }) => [price, units, monthly])).toEqual([
    ['vpc.nat-gateway.hour', '730', '32.85'],
    ['cloudwatch.alarm.month', '1', '0.1'],
  ]);
  expect(bill.free).toEqual([{ type: 'AWS::EC2::VPC', count: 1, why: 'a network and its rules are free' }]);
  expect(bill.unpriced).toHaveLength(2);
});

test('a region without prices is told, and the figures are those of another', () => {
  expect(run([file(shop), 'region=eu-west-1'])).toBe(0);
  expect(said[0]).toContain('There are no prices of eu-west-1; these are those of us-east-1');
});

test('all architectures, both profiles and their totals', () => {
  expect(run([])).toBe(0);
  for (const { name } of catalogue)
    expect(said[0]).toMatch(
      new RegExp(`^${name} +\\d+\\.\\d\\d +\\d+ +\\d+\\.\\d\\d +(\\d+\\.\\d\\d|under 0\\.01)  .+$`, 'm'),
    );
  const column = (at: number) =>
    [...said[0].matchAll(/^[a-z]+-[a-z-]+ .+$/gm)].map(([row]) => Number(row.split(/ +/)[at]));
  const total = /^all +(\d+\.\d\d) +(\d+\.\d\d)$/m.exec(said[0])!;
  expect(column(1).reduce((sum, one) => sum + one, 0)).toBeCloseTo(Number(total[1]), 1);
  expect(column(3).reduce((sum, one) => sum + one, 0)).toBeCloseTo(Number(total[2]), 1);
});

test('fails when it is asked for an option or a thing that is not there', () => {
  expect(run(['--yaml'])).toBe(2);
  expect(said[0]).toBe(
    '--yaml is no option; say bill, or bill orders-api profile=production, a template file, or a cdk.out, and --json',
  );
  expect(() => run(['nowhere'])).toThrow(
    /^nowhere is neither an architecture nor a file; the architectures are three-tier/,
  );
});
