import type { Resource } from '../parse/resource';
import { block, type Block } from '../space/blocks';

/**
 * Lists of addresses that AWS keeps and changes, by their names. Of each one block, which AWS has published for that purpose, stands
 * for all of the list: what is asked of one of its addresses holds for the others.
 *
 * Source: https://ip-ranges.amazonaws.com/ip-ranges.json, service CLOUDFRONT_ORIGIN_FACING.
 */
const blocks: Readonly<Record<string, string>> = {
  'com.amazonaws.global.cloudfront.origin-facing': '130.176.0.0/17',
};

/** The block for a list that a deployment asks EC2 for by name; nothing where it asks for something else. */
export function managedRange(question: Resource): readonly Block[] | undefined {
  const asked = question.get('Create');
  if (typeof asked !== 'string' || !asked.includes('"DescribeManagedPrefixLists"')) return undefined;
  const name = Object.keys(blocks).find((list) => asked.includes(`"${list}"`));
  return name === undefined ? undefined : [block(blocks[name])];
}
