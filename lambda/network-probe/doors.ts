/** Somewhere to knock. */
export interface Door {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Reads doors as the environment has them, `billing=10.18.0.5:2049,store=vpce-1.example:80`.
 *
 * @throws one error that names what is no door
 */
export function doorsIn(text: string): Door[] {
  return text.split(',').map((part) => {
    const [, name, host, port] = /^([\w-]+)=([\w.-]+):(\d{1,5})$/.exec(part) ?? [];
    if (name === undefined || Number(port) < 1 || Number(port) > 65_535)
      throw new Error(`"${part}" is no door; write name=host:port, such as billing=10.18.0.5:2049`);
    return { name, host, port: Number(port) };
  });
}
