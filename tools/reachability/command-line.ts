import { asked, type Asked } from './space/question';
import type { ModelOptions } from './network-model';
import type { Symptom } from './diagnose';
import type { Guest } from './model/guests';

/** What a person asks for on the command line. */
export interface Request {
  readonly target: string;
  /** Settings of an architecture, `profile=production`. */
  readonly settings: readonly string[];
  /** From, to, and what about it; without them the table is wanted. */
  readonly question?: { readonly from: string; readonly to: string; readonly traffic: Asked };
  readonly markdown: boolean;
  readonly options: ModelOptions;
  /** What a connection did that somebody tried. */
  readonly symptom?: Symptom;
  /** Where to try a connection now, `host:port`. */
  readonly tryAt?: { readonly host: string; readonly port: number };
}

export const usage = `groundplan reach <architecture, template or cdk.out> [from to[:traffic]] [options]

  from, to         internet, internet6, an element by the end of its path, an address, a block, a subnet, s3
  traffic          443, tcp/80,443, udp/53, ping; anything when left out
  profile=…        and other settings, for an architecture

  --markdown       the table as Markdown
  --parameter A=B  the value of a parameter of the templates; may be repeated
  --defaults       parameters without a value have their default
  --region CODE    the Region the stacks are for
  --guest N=T,G    a host N that is not there yet, in the tier T, in the group G, with a public address if
                   public stands behind it; may be repeated
  --symptom S      timeout or refused: what a connection did, to be told why
  --try HOST:PORT  try a connection from here, and tell why it does what it does

Ends with 0 when the answer is reachable, 1 when it is not (or not in full), 3 when it is unknown, 2 when the question is wrong.`;

/**
 * Reads the words behind `reach`.
 *
 * @throws one error that says which word is wrong and what to write
 */
export function readRequest(args: readonly string[]): Request {
  const words: string[] = [];
  const given: Record<string, string[]> = {};
  for (let i = 0; i < args.length; i++) {
    const [, name, value] = /^--([a-z]+)(?:=(.*))?$/.exec(args[i]) ?? [];
    if (name === undefined) {
      words.push(args[i]);
      continue;
    }
    const takes = options[name];
    if (takes === undefined) throw new Error(`there is no option ${args[i]}\n\n${usage}`);
    if (takes && value === undefined && i + 1 >= args.length) throw new Error(`--${name} needs ${takes} behind it`);
    (given[name] ??= []).push(takes ? (value ?? args[++i]) : '');
  }
  const settings = words.filter((word) => /^[a-zA-Z]+=/.test(word));
  const [target, from, to, ...rest] = words.filter((word) => !settings.includes(word));
  if (target === undefined) throw new Error(`say what to look at\n\n${usage}`);
  if (from !== undefined && to === undefined)
    throw new Error(`say whom ${from} is to reach: groundplan reach ${target} ${from} <to>:<port>`);
  if (rest.length > 0)
    throw new Error(
      `${rest.join(' ')} is one word too many; traffic follows the second name behind a colon, Database:5432`,
    );
  if ((given.symptom || given.try) && from === undefined)
    throw new Error(`--${given.try ? 'try' : 'symptom'} is about one connection; say from where to where`);
  return {
    target,
    settings,
    ...(from !== undefined && { question: { from, ...goalOf(to) } }),
    markdown: given.markdown !== undefined,
    options: {
      ...(given.parameter && {
        parameters: Object.fromEntries(given.parameter.map((text) => pairOf(text, 'parameter', 'value'))),
      }),
      ...(given.defaults && { parameterDefaults: true }),
      ...(given.guest && { guests: Object.fromEntries(given.guest.map(guestOf)) }),
      ...(given.region && { region: given.region[0] }),
    },
    ...(given.symptom && { symptom: symptomOf(given.symptom[0]) }),
    ...(given.try && { tryAt: addressOf(given.try[0]) }),
  };
}

/** The options, and what each needs behind it. */
const options: Readonly<Record<string, string>> = {
  markdown: '',
  defaults: '',
  parameter: 'Name=value',
  region: 'the code of a Region',
  guest: 'Name=tier,group',
  symptom: 'timeout or refused',
  try: 'host:port',
};

/** `Database:5432`, `Database:udp/53`, `[2001:db8::1]:443`, or a name alone. */
function goalOf(word: string): { readonly to: string; readonly traffic: Asked } {
  const [, six, sixTraffic] = /^\[([^\]]+)\](?::(.*))?$/.exec(word) ?? [];
  if (six !== undefined) return { to: six, traffic: asked(sixTraffic ?? '') };
  const colons = word.split(':');
  if (colons.length > 2) return { to: word, traffic: asked('') };
  const [to, traffic = ''] = colons;
  return { to, traffic: asked(traffic) };
}

function pairOf(text: string, option: string, value: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--${option} ${text} has no value; write --${option} ${text || 'Name'}=${value}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function guestOf(text: string): [string, Guest] {
  const [name, place] = pairOf(text, 'guest', 'tier,group');
  const [subnets, ...more] = place.split(',');
  const groups = more.filter((word) => word !== 'public');
  const isPublic = more.includes('public');
  return [name, { subnets, ...(groups.length > 0 && { groups }), ...(isPublic && { isPublic }) }];
}

function symptomOf(text: string): Symptom {
  if (text !== 'timeout' && text !== 'refused') throw new Error(`--symptom is ${text}; write timeout or refused`);
  return text;
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new Error(`--try is ${text}; write a host and a port, such as www.example.com:443`);
  return { host, port: Number(port) };
}
