import { catalogue } from '../../../lib/catalogue';
import { aboveCap, billOf } from '../../../tools/bill';
import { loadTemplates } from '../../../tools/template/load';

const certificate = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1a2b3c4d`;
const everything = [
  'region=us-east-1',
  'domainName=www.example.com',
  'hostedZoneId=Z0123456789ABCDEFGHIJ',
  `certificateArn=${certificate('us-east-1')}`,
  `edgeCertificateArn=${certificate('us-east-1')}`,
  'alarmEmail=someone@example.com',
];

describe.each(catalogue)('$name', (entry) => {
  const bill = (...settings: string[]) => billOf(loadTemplates(entry.name, settings), { name: entry.name });
  let asSandbox: ReturnType<typeof bill> | undefined;
  const idle = () => (asSandbox ??= bill());

  test.each([
    ['sandbox', []],
    ['sandbox with every setting', [...everything, 'expiresAfter=8h']],
    ['production', ['profile=production']],
    ['production with every setting', ['profile=production', ...everything]],
  ])('as %s, every resource is priced, or free for a reason', (_what, settings) => {
    expect(bill(...settings).unpriced).toEqual([]);
  });

  test('the sandbox costs no more than its cap when nobody calls it', () => {
    expect(aboveCap(idle(), entry)).toBeUndefined();
  });

  test('the cap of the sandbox is no more than twice what it costs, so that it says something', () => {
    const { monthlyCap } = entry;
    if (monthlyCap !== undefined) expect(Number(idle().monthly) * 2).toBeGreaterThan(monthlyCap);
  });

  test('the parts that its example of use names are there', () => {
    const paths = idle().usage.map(({ path }) => path);
    const named = Object.keys(entry.exampleUse?.parts ?? {});
    expect(named.filter((part) => !paths.some((path) => path === part || path.startsWith(`${part}/`)))).toEqual([]);
  });
});
