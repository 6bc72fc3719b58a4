import { isCard } from '../shared/redact';
import type { Sealed } from './form';

/** What may be told of fields that only one function reads. */
export interface Assessment {
  readonly status: 'accepted' | 'declined';
  readonly cardEnding: string;
  /** Names of the fields that are wrong. */
  readonly wrong: readonly string[];
}

/**
 * Looks at the fields as they were filled in. What it tells of them is no more than what stands on a receipt.
 *
 * @param now in milliseconds; a card is good to the last moment of its month
 */
export function assessForm({ card_number, card_expiry, national_id }: Sealed, now: number): Assessment {
  const card = card_number.replace(/[ -]/g, '');
  const wrong = [
    !isCard(card) && 'card_number',
    !isAhead(card_expiry, now) && 'card_expiry',
    !/^[A-Z0-9]{6,20}$/.test(national_id) && 'national_id',
  ].filter((field) => field !== false);
  return {
    status: wrong.length === 0 ? 'accepted' : 'declined',
    cardEnding: isCard(card) ? card.slice(-4) : '',
    wrong,
  };
}

function isAhead(expiry: string, now: number): boolean {
  const [, month = '', year = ''] = /^(0[1-9]|1[0-2])\/(\d{2})$/.exec(expiry) ?? [];
  return month !== '' && now < Date.UTC(2000 + Number(year), Number(month));
}
