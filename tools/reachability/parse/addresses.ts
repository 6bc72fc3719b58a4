import { parseBlock, unknownBlock, type Block, type Family } from '../space/blocks';
import { asText, BlockValue, describe, Unknown, type Value } from './values';

/** A value as addresses; those a parameter or an attribute will hold are known relative to themselves. */
export function blockOf(value: Value, family?: Family): Block | Unknown {
  if (value instanceof BlockValue) return value.block;
  if (value instanceof Unknown)
    return unknownBlock(family ?? 4, { key: value.key, reason: value.reason, isPublic: false }, value.reason);
  if (typeof value === 'string' && !value.includes('${')) {
    const parsed = parseBlock(value);
    return typeof parsed === 'string' ? new Unknown(parsed) : parsed;
  }
  const reason = `${describe(value)} is known only at deployment`;
  return unknownBlock(family ?? 4, { key: asText(value), reason, isPublic: false }, describe(value));
}
