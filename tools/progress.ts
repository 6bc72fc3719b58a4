/** Says on a terminal what is being done, in one line that the next one replaces; nothing ends it. Silent in a pipe. */
export function progress(text?: string): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\x1b[K${text === undefined ? '' : `${text} …`}`);
}
