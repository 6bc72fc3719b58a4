import type { Architecture, Variant } from './architecture';
import { catalogue } from './catalogue';

/** The forms an architecture can take, by name. Loads its module. */
export const variantsOf = ({ load }: Architecture): Readonly<Record<string, Variant>> => load().variants ?? {};

/** What chosen variants set; those of other architectures count for nothing here. */
export function propsOf(architecture: Architecture, chosen: readonly string[] = []): object {
  if (chosen.length === 0) return {};
  const variants = variantsOf(architecture);
  return Object.assign({}, ...chosen.map((name) => variants[name]?.props)) as object;
}

/**
 * What is wrong with a choice of variants, each with what to do instead.
 *
 * @param chosen the names asked for
 * @param only the architectures that are synthesised; all where not given
 */
export function variantFaults(chosen: readonly string[], only?: readonly string[]): string[] {
  const wanted = catalogue.filter(({ name }) => only?.includes(name) ?? true);
  const known = wanted.map((architecture) => ({ ...architecture, variants: variantsOf(architecture) }));
  const there = known.flatMap(({ variants }) => Object.keys(variants));
  const of = only ? `of ${only.join(', ')} ` : '';
  return [
    ...chosen
      .filter((name) => !there.includes(name))
      .map((name) =>
        there.length === 0
          ? `variant=${name}: ${only?.join(', ') ?? 'nothing'} has no variants; leave it out`
          : `variant=${name}: there is no such variant; the variants ${of}are ${there.join(', ')}`,
      ),
    ...known.flatMap(({ name, variants }) => clashes(name, variants, chosen)),
  ];
}

/** Two variants that set the same thing cannot be had together. */
function clashes(
  architecture: string,
  variants: Readonly<Record<string, Variant>>,
  chosen: readonly string[],
): string[] {
  const mine = chosen.filter((name) => name in variants);
  return mine.flatMap((name, at) => {
    const set = Object.keys(variants[name].props);
    const other = mine
      .slice(0, at)
      .find((earlier) => Object.keys(variants[earlier].props).some((key) => set.includes(key)));
    return other === undefined
      ? []
      : [`variant=${other},${name}: both set ${set.join(' and ')} of ${architecture}; choose one of them`];
  });
}
