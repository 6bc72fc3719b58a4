import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A file that is not one here, but made by code. */
export interface BootText {
  /** What it is called on the instance. */
  readonly name: string;
  readonly text: string;
}

/**
 * A script that lays the files down and runs the program in a shell of its own, so that even a program that cannot be
 * parsed ends with a status.
 */
export function payloadOf(program: BootText, files: readonly BootText[]): string {
  const laidDown = [...files, program].map(({ name, text }) => {
    const whole = text.replace(/\n?$/, '\n');
    const end = `END_${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`;
    return `cat > "$BOOT_FILES/${name}" <<'${end}'\n${whole}${end}`;
  });
  return [...laidDown, `bash "$BOOT_FILES/${program.name}"`].join('\n');
}

/** What a file is called. */
export const nameOf = (file: string | BootText): string => (typeof file === 'string' ? basename(file) : file.name);
/** A file with its content. */
export const textOf = (file: string | BootText): BootText =>
  typeof file === 'string' ? { name: basename(file), text: readFileSync(file, 'utf8') } : file;

/** Names that stand more than once. */
export const repeated = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);

/** Paths that lead to no file. */
export const absentFaults = (files: readonly (string | BootText)[]): (string | false)[] =>
  files.map(
    (file) =>
      typeof file === 'string' && !existsSync(file) && `there is no file ${file}; give the path of one that exists`,
  );
