import { NoJson, render, type Mapped, type MappingInput } from './render';

/** What the emulator asks: a template, and what it is given. */
interface Asked {
  readonly template: string;
  readonly input: MappingInput;
}

/** What it is told: what became of it, that the body is no JSON, or why the template cannot be rendered. */
type Told = { readonly mapped: Mapped } | { readonly noJson: string } | { readonly fault: string };

/** Renders for the emulator, whose server is no Node program. */
export function handler({ template, input }: Asked): Promise<Told> {
  try {
    return Promise.resolve({ mapped: render(template, input) });
  } catch (error) {
    const { message } = error as Error;
    return Promise.resolve(error instanceof NoJson ? { noJson: message } : { fault: message });
  }
}
