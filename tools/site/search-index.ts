import type { Facts } from '../facts';
import type { BlockDoc } from './api';
import { searchText } from './pages/architecture';
import { firstSentence } from './pages/blocks';
import { pathTo } from './paths';

/** One thing people can find. */
export interface Found {
  readonly id: number;
  readonly kind: 'architecture' | 'block' | 'claim';
  readonly title: string;
  readonly text: string;
  /** From the root of the site. */
  readonly path: string;
}

/** What the search of the site looks through, in the browser. */
export function searchIndex({ architectures, claims }: Facts, blocks: readonly BlockDoc[]): Found[] {
  const found: Omit<Found, 'id'>[] = [
    ...architectures.map((one) => ({
      kind: 'architecture' as const,
      title: one.title,
      text: searchText(one),
      path: pathTo.architecture(one.name),
    })),
    ...blocks.map((doc) => ({
      kind: 'block' as const,
      title: doc.name,
      text: firstSentence(doc.summary).replaceAll('`', ''),
      path: pathTo.block(doc.name),
    })),
    ...claims.map(({ id, says, domain }) => ({
      kind: 'claim' as const,
      title: id,
      text: says.replaceAll(/[`*\\]/g, ''),
      path: `${pathTo.domain(domain)}#${id}`,
    })),
  ];
  return found.map((one, id) => ({ id, ...one }));
}
