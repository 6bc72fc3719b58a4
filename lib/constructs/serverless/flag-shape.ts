/** A setting that changes while the code runs: its value until somebody changes it, and what it may be. */
export type Flag =
  | { readonly default: boolean }
  | { readonly default: number; readonly minimum: number; readonly maximum: number }
  | { readonly default: string; readonly choices: readonly string[] };

export type Flags = Readonly<Record<string, Flag>>;

/** The value of each flag until somebody changes it. */
export const flagDefaults = (flags: Flags): Record<string, boolean | number | string> =>
  Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flag.default]));

/** The schema that AppConfig holds against every change: of draft 4, which it understands. It takes these flags, and all of them. */
export const flagSchema = (flags: Flags): object => ({
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  properties: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, schemaOf(flag)])),
  required: Object.keys(flags),
  additionalProperties: false,
});

function schemaOf(flag: Flag): object {
  if ('minimum' in flag) return { type: 'number', minimum: flag.minimum, maximum: flag.maximum };
  return 'choices' in flag ? { type: 'string', enum: flag.choices } : { type: 'boolean' };
}

/** Flags that the schema would take for nothing, or whose default it would refuse. */
export function flagFaults(flags: Flags): string[] {
  if (Object.keys(flags).length === 0) return ['flags is empty; name at least one setting'];
  return Object.entries(flags).flatMap(([name, flag]) => {
    const badName = !/^[a-z][a-zA-Z0-9]*$/.test(name);
    return [
      ...(badName ? [`flags has the name ${name}; begin with a small letter and use letters and digits`] : []),
      ...('minimum' in flag && !(flag.default >= flag.minimum && flag.default <= flag.maximum)
        ? [`flags.${name}.default is ${flag.default}; give a number from ${flag.minimum} to ${flag.maximum}`]
        : []),
      ...('choices' in flag && !flag.choices.includes(flag.default)
        ? [`flags.${name}.default is ${flag.default}; give one of its choices: ${flag.choices.join(', ')}`]
        : []),
    ];
  });
}
