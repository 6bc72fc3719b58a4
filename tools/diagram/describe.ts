import { whatOfFrame, type Edge, type Picture } from './model/picture';

/** What a picture shows, in sentences: what there is and where it stands, then what connects to what. */
export function describe(picture: Picture): string[] {
  const named = new Map<string, string>([
    ...picture.boxes.map(
      ({ id, name, what }) =>
        [id, isSame(name, what) || id.startsWith('outside') ? name : `${name} (${what})`] as const,
    ),
    ...picture.frames.map(({ id, name }) => [id, `the ${name}`] as const),
  ]);
  const places = picture.frames.flatMap(({ id, name, kind, zones }) => {
    const inside = picture.boxes.filter(({ frame }) => frame === id).map((box) => named.get(box.id)!);
    if (inside.length === 0 && zones.length === 0) return [];
    const holds = inside.length === 0 ? 'nothing' : listed(inside);
    const over =
      zones.length === 0 ? '' : `, ${whatOfFrame(kind)} over ${zones.length} ${zones.length === 1 ? 'zone' : 'zones'},`;
    return [`In the ${name}${over}: ${holds}.`];
  });
  return [...places, ...picture.edges.map((edge) => sentence(edge, named))];
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function sentence({ from, to, kind, label }: Edge, named: ReadonlyMap<string, string>): string {
  const [first, second] = [named.get(from)!, named.get(to)!];
  const text = label.join(', ');
  const aside = text === '' ? '' : ` (${text})`;
  const says: Readonly<Record<Edge['kind'], string>> = {
    traffic: `${first} reaches ${second}${text && ` on ${text}`}`,
    call: `${first} calls ${second}${aside}`,
    event: `${first} sends to ${second}${aside}`,
    data: `${first} uses ${second}${aside}`,
    failure: `${first} moves failures to ${second}${aside}`,
    log: `${first} sends logs to ${second}`,
    alarm: `${first} notifies ${second}${aside}`,
    route: `${first} has a route to ${second}`,
  };
  return `${capital(says[kind])}.`;
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
