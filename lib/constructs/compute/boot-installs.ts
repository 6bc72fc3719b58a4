import type { BootText } from './boot-payload';

/** Commands that bring software to a machine, with what they are to bring. */
const installing: readonly RegExp[] = [
  /\b(?:dnf|yum|microdnf|apt|apt-get|zypper|apk|snap)\s+(?:-\S+\s+)*(?:install|reinstall|localinstall|groupinstall|add|update|upgrade|dist-upgrade)\b([^;&|)]*)/,
  /\b(?:pip|pip3|npm|pnpm|yarn|gem|cargo)\s+(?:-\S+\s+)*(?:install|i|ci|add)\b([^;&|)]*)/,
  /\brpm\s+(?:-[iUF]\w*|--install|--upgrade)\b([^;&|)]*)/,
  /\bamazon-linux-extras\s+(?:install|enable)\b([^;&|)]*)/,
  /\b(?:curl|wget)\b[^;&]*\|\s*(?:sudo\s+)?(?:ba)?sh\b()/,
];

/**
 * What a boot installs that belongs into its image, one sentence a line of code. Comments are not read.
 *
 * @param allowed names of packages that may be installed at boot all the same
 * @claims compute-bake-versus-boot
 */
export function installFaults(texts: readonly BootText[], allowed: readonly string[]): string[] {
  return texts.flatMap(({ name, text }) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !line.startsWith('#') && installs(line, allowed))
      .map(
        (line) =>
          `${name} has "${line.slice(0, 100)}", and the image is baked; put it into a component of the image, or name its packages in atBoot`,
      ),
  );
}

function installs(line: string, allowed: readonly string[]): boolean {
  const found = installing.map((command) => command.exec(line)).find((match) => match !== null);
  if (!found) return false;
  const packages = found[1].split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'));
  return packages.length === 0 || !packages.every((one) => allowed.includes(one));
}
