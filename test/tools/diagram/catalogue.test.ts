import { createHash } from 'node:crypto';
import { catalogue } from '../../../lib/catalogue';
import type { ProfileName } from '../../../lib/profile';
import { draw, type Drawing } from '../../../tools/diagram/draw';
import { isPrimary } from '../../../tools/diagram/model/kinds';
import { partsOf } from '../../../tools/diagram/model/picture';
import { loadTemplates } from '../../../tools/template/load';
import type { Stack, Template } from '../../../tools/template/stack';
import { faultsOf } from './faults';
import { ends, namedElsewhere, refersTo } from './implied';

// Layouts are tried in several ways, which takes its time on a busy machine.
jest.setTimeout(60_000);

const profiles: readonly ProfileName[] = ['sandbox', 'production'];
const cases = catalogue.flatMap(({ name, title }) => profiles.map((profile) => ({ name, title, profile })));

describe.each(cases)('$name as $profile', ({ name, title, profile }) => {
  const templates: Stack[] = loadTemplates(name, [`profile=${profile}`]);
  let drawing: Drawing;

  beforeAll(async () => {
    drawing = await draw(title, templates);
  });

  test('every resource of the templates belongs to exactly one box or frame', () => {
    const shown = partsOf(drawing.picture).flatMap(({ resources }) =>
      resources.map(({ stack, logicalId }) => `${stack}/${logicalId}`),
    );
    const all = templates.flatMap(({ name: stack, template }) =>
      Object.keys(template.Resources).map((id) => `${stack}/${id}`),
    );
    expect([...shown].sort()).toEqual([...all].sort());
  });

  test('every resource of a primary type is a box, or serves another one or the deployment alone', () => {
    const boxes = new Set(
      drawing.picture.boxes.flatMap(({ resources, shown }) =>
        resources.slice(0, shown).map(({ logicalId }) => logicalId),
      ),
    );
    const hidden = templates.flatMap(({ template }) =>
      Object.entries(template.Resources)
        .filter(([id, { Type }]) => isPrimary(Type) && !boxes.has(id))
        .map(([id]) => id),
    );
    const providers = templates.flatMap(({ template }) =>
      Object.values(template.Resources).flatMap(({ Properties }) => ends(Properties?.ServiceToken)),
    );
    expect(hidden.filter((id) => !providers.includes(id))).toEqual([]);
  });

  test('every arrow names resources of the templates that mention what it joins', () => {
    const owned = new Map(
      partsOf(drawing.picture).map(({ id, resources }) => [id, new Set(resources.map(({ logicalId }) => logicalId))]),
    );
    const outputs = Object.assign({}, ...templates.map(({ template }) => template.Outputs)) as Record<
      string,
      { readonly Value: unknown }
    >;
    const all = Object.assign({}, ...templates.map(({ template }) => template.Resources)) as Template['Resources'];
    // What another stack puts out is what its output refers to, and a name that is written down the bucket or vault that has it.
    const resources = JSON.parse(
      JSON.stringify(all),
      (_, value: string | { 'Fn::GetStackOutput'?: { OutputName: string } } | undefined) => {
        if (typeof value === 'string') return namedElsewhere(all, value) ?? value;
        const read = value?.['Fn::GetStackOutput'];
        return read ? outputs[read.OutputName].Value : value;
      },
    ) as Template['Resources'];
    const without = drawing.picture.edges.filter(({ from, to, because }) => {
      const told = because.map(({ logicalId }) => logicalId);
      return ![from, to].every((end) => end.startsWith('outside') || refersTo(resources, told, owned.get(end)!));
    });
    expect(without.map(({ from, to }) => `${from} to ${to}`)).toEqual([]);
    expect(drawing.picture.edges.filter(({ because }) => because.length === 0)).toEqual([]);
  });

  test('nothing overlaps, sticks out or ends in the air', () => {
    expect(faultsOf(drawing.layout)).toEqual([]);
  });

  test('is drawn alike from resources in another order', async () => {
    const shuffled = templates.map(({ template, ...stack }) => ({
      ...stack,
      template: { ...template, Resources: shuffle(template.Resources) },
    }));
    expect((await draw(title, shuffled)).svg).toBe(drawing.svg);
  });

  test('is small, and readable where a README shows it', () => {
    const [smallest, shown] = [11.5, Math.min(1, 850 / drawing.layout.width)];
    // Several Regions are frames around the frames of networks, which takes room to both sides, and hold most things twice.
    const [least, most] = drawing.layout.frames.some(({ frame }) => frame.kind === 'region')
      ? [9, 45_000]
      : [10.5, 40_000];
    expect(Buffer.byteLength(drawing.svg)).toBeLessThan(most);
    // To a tenth of a pixel, below which nobody sees anything.
    expect(Number((smallest * shown).toFixed(1))).toBeGreaterThanOrEqual(least);
  });
});

/** Another order of the keys, the same each time. */
function shuffle<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  const rank = (text: string) => createHash('sha256').update(text).digest('hex');
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)));
}
