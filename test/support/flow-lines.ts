import { flowRecordFields } from '../../lib/constructs/network/flow-record';

/** A line of a flow log: a refused knock at SSH, but for the fields given. */
export function flowLine(fields: Partial<Record<(typeof flowRecordFields)[number], string>> = {}): string {
  const usual: Record<string, string> = {
    version: '2',
    'account-id': '111122223333',
    'interface-id': 'eni-0a1b2c3d',
    srcaddr: '203.0.113.5',
    dstaddr: '10.16.48.10',
    srcport: '40022',
    dstport: '22',
    protocol: '6',
    packets: '20',
    bytes: '4249',
    start: '1418530010',
    end: '1418530070',
    action: 'REJECT',
    'log-status': 'OK',
  };
  return flowRecordFields.map((name) => fields[name] ?? usual[name]).join(' ');
}

/** What AWS writes where nothing was seen. */
export const noData = flowLine({
  ...Object.fromEntries(
    (['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes', 'action'] as const).map((name) => [
      name,
      '-',
    ]),
  ),
  'log-status': 'NODATA',
});
