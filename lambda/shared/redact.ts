/** What is found in a text and must not travel on. */
export type SensitiveKind = 'card' | 'email' | 'token';

/** Thirteen digits or more, with spaces or hyphens between: perhaps a card number, with other numbers beside it. */
const digits = /(?<![\d.+])\d(?:[ -]?\d){12,}(?![\d.]*\d)/g;
const mailbox = /[^\s@,;:<>"'()[\]\\{}=]+@(?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,}/gu;
/** JSON web tokens, keys of AWS and of well-known services, and whatever stands behind "Bearer". */
const secrets = [
  /\bey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(?:gh[pousr]|github_pat|xox[abprs]|sk_live|rk_live)[_-][A-Za-z0-9_-]{16,}/g,
  /(?<=\bbearer\s+)[A-Za-z0-9._~+/-]{8,}=*/gi,
];

/** What stands in the place of what was found. */
export const masked = (kind: SensitiveKind): string => `[${kind}]`;

/**
 * Takes card numbers, addresses of mail and tokens out of a text. What only looks like a card number (its check digit is wrong) stays,
 * so that order numbers survive.
 *
 * @param keep kinds that may travel on
 * @claims messaging-sensitive-data
 */
export function redactText(text: string, keep: readonly SensitiveKind[] = []): string {
  let told = text;
  if (!keep.includes('token')) for (const pattern of secrets) told = told.replace(pattern, masked('token'));
  if (!keep.includes('card')) told = told.replace(digits, withoutCards);
  if (!keep.includes('email')) told = told.replace(mailbox, masked('email'));
  return told;
}

/**
 * The same for a value of JSON: every text in it, in lists and below names of any depth, and the names themselves. Numbers that
 * are card numbers become texts.
 *
 * @param keep names whose values travel on as they are, such as `customerEmail`
 */
export function redact(value: unknown, keep: readonly string[] = []): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return isCard(String(value)) ? masked('card') : value;
  if (Array.isArray(value)) return value.map((one) => redact(one, keep));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [redactText(name), keep.includes(name) ? one : redact(one, keep)]),
  );
}

/** Masks whatever groups of digits are a card number together; a group is never torn, or every third long number would hold one. */
function withoutCards(run: string): string {
  const groups = [...run.matchAll(/\d+/g)];
  for (let from = 0; from < groups.length; from++)
    for (let to = groups.length; to > from; to--) {
      const within = groups.slice(from, to);
      if (!isCard(within.map(([group]) => group).join(''))) continue;
      const [first, last] = [within[0], within.at(-1)!];
      const after = run.slice(last.index + last[0].length);
      return run.slice(0, first.index) + masked('card') + withoutCards(after);
    }
  return run;
}

/** Whether a text is the digits of a card number: there are 13 to 19 of them, and the check digit is right (Luhn). */
export function isCard(number: string): boolean {
  if (!/^\d{13,19}$/.test(number) || /^0+$/.test(number)) return false;
  const sum = [...number].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
