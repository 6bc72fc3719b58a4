/**
 * Signs of an attack in a text that is decoded. What AWS looks for is its own and finds more; these find what any such firewall
 * must, so that samples show which request reaches which rule. They are no defence.
 */
const sql: readonly RegExp[] = [
  // A text is ended early, and a condition that always holds follows: ' or '1'='1
  /['"`]\s*\)*\s*(or|and|\|\||&&)\s*[(!]*\s*(not\s+)?(['"`][^'"`]*['"`]?|\w+)\s*(=|<>|<|>|\blike\b)/i,
  /\b(or|and)\s+(['"]?)(\w+)\2\s*=\s*\2\3\b/i,
  // A second question is added to the first: union select
  /\bunion\b\s+(all\s+|distinct\s+)?\(?\s*select\b/i,
  // A second statement follows the first: ; drop table
  /;\s*(drop|delete|insert|update|alter|create|truncate|exec(ute)?|shutdown|declare|grant)\b/i,
  // The rest of the statement is made a comment: admin'--
  /['"`]\s*;?\s*(--|#|\/\*)/,
  // Answers are told by how long they take, or looked for in tables of the database itself.
  /\b(sleep|benchmark|pg_sleep|load_file|extractvalue|updatexml)\s*\(/i,
  /\bwaitfor\s+delay\b/i,
  /\bselect\b.*\bfrom\b.*\b(information_schema|pg_catalog|sqlite_master|sysobjects|mysql\.user)\b/is,
];

const scripts: readonly RegExp[] = [
  /<\s*\/?\s*(script|iframe|object|embed|applet|meta|base|link)\b/i,
  // An element that runs something when it loads, fails or is touched.
  /<[^>]*[\s/"']on[a-z]{3,}\s*=/i,
  /\b(javascript|vbscript)\s*:/i,
  /\bdata\s*:\s*text\/html/i,
  /<[^>]*\bstyle\s*=[^>]*\bexpression\s*\(/i,
];

/** Between the words of a statement a comment does what a space does. */
const spaced = (text: string): string => text.replace(/\/\*.*?\*\//gs, ' ');

/** Whether a text looks like SQL that somebody smuggles in. */
export const looksLikeSql = (text: string): boolean => sql.some((sign) => sign.test(text) || sign.test(spaced(text)));

/** Whether a text looks like a script that somebody smuggles in; between its letters browsers pass over control characters. */
export const looksLikeScript = (text: string): boolean => {
  const plain = text.replace(/\p{Cc}/gu, (control) => (/\s/.test(control) ? control : ''));
  return scripts.some((sign) => sign.test(plain));
};
