/**
 * Reads environment variables, once, at start.
 *
 * @param names what the handler calls a value, and the name of the variable that holds it
 * @throws one error that names every variable that is missing or empty
 */
export function variables<Key extends string>(names: Readonly<Record<Key, string>>): Record<Key, string> {
  const entries = Object.entries<string>(names).map(([key, name]) => [key, process.env[name] ?? ''] as const);
  const missing = entries.filter(([, value]) => value === '').map(([key]) => names[key as Key]);
  if (missing.length > 0) throw new Error(`environment variables missing: ${missing.join(', ')}`);
  return Object.fromEntries(entries) as Record<Key, string>;
}
