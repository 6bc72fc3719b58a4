import type { VisibleRecord } from '../../constructs/network/split-view-zone';

/** The domain where nobody gives one; `internal` is set aside for private use, so that it exists nowhere outside. */
export const usualDomain = 'groundplan.internal';

/** Everything the domain holds. `outside` and `everywhere` come to bear where somebody owns it. */
export const records: readonly VisibleRecord[] = [
  { name: 'accounting', type: 'A', values: ['10.19.0.10'], visibility: 'inside' },
  { name: 'www', type: 'A', values: ['10.19.0.20'], visibility: 'inside' },
  { name: 'www', type: 'A', values: ['203.0.113.10'], visibility: 'outside' },
  { name: 'about', type: 'TXT', values: ['the same inside and outside'], visibility: 'everywhere' },
];

/** What the block-list stops: a domain that exists, so that it makes a difference. */
export const blocked: readonly string[] = ['example.net', '*.example.net'];

/** What the allow-list lets pass: the own domain, which is filtered like any other, and AWS's services. */
export const allowed = (domain: string): string[] => [domain, `*.${domain}`, '*.amazonaws.com'];
