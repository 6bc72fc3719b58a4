/** A command's `run` gets the words after its name and answers with an exit code. */
export interface Command {
  readonly purpose: string;
  readonly load: () => { run: (args: readonly string[]) => number | Promise<number> };
}

export type Commands = Readonly<Record<string, Command>>;

/** Runs the command that the first word on the command line names; its answer is the exit code. */
export function runCommand(commands: Commands): void {
  choose(commands, process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}

async function choose(commands: Commands, [name = '', ...args]: string[]): Promise<number> {
  if (Object.hasOwn(commands, name)) return commands[name].load().run(args);
  console.error(`groundplan ${name}: ${name ? 'there is no such command' : 'say what to do'}. The commands are:`);
  for (const [word, { purpose }] of Object.entries(commands)) console.error(`  ${word.padEnd(12)} ${purpose}`);
  return 2;
}
