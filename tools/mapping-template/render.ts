import { Compile, parse } from 'velocityjs';
import { look } from './json-path';
import { methods, shown } from './java-methods';
import { utilities } from './utilities';

/** What a mapping template of API Gateway is given. */
export interface MappingInput {
  /** The body as it came, before any template. */
  readonly body: string;
  readonly params?: {
    readonly path?: Readonly<Record<string, string>>;
    readonly querystring?: Readonly<Record<string, string>>;
    readonly header?: Readonly<Record<string, string>>;
  };
  readonly context?: Readonly<Record<string, unknown>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

/** What becomes of it: the text, and what the template said in place of the status and headers of the integration response. */
export interface Mapped {
  readonly text: string;
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A body that is no JSON where a template asks for a part of it; API Gateway answers 400. */
export class NoJson extends Error {}

/**
 * Renders a mapping template (VTL) as API Gateway does: `$input`, `$util`, `$context` with its overrides, `$stageVariables`, and
 * the methods of Java that templates call on strings, lists and maps. What is not there is an empty text.
 *
 * @throws NoJson when the template asks for a part of a body that is no JSON
 * @throws an error that quotes the template when it cannot be read, or calls a method that is not known here
 */
export function render(template: string, input: MappingInput): Mapped {
  const override: { status?: unknown; header: Record<string, unknown> } = { header: {} };
  const context = { authorizer: {}, error: {}, identity: {}, ...input.context, responseOverride: override };
  const names = {
    input: inputOf(input),
    util: utilities,
    context: lenient(context),
    stageVariables: lenient({ ...input.stageVariables }),
  };
  const text = new Compile(read(template), { customMethodHandlers: methods }).render(names);
  return {
    text,
    ...(override.status !== undefined && { status: Number(override.status) }),
    headers: Object.fromEntries(Object.entries(override.header).map(([name, value]) => [name, shown(value)])),
  };
}

function read(template: string) {
  const count = (directive: RegExp): number => template.match(directive)?.length ?? 0;
  const [opened, closed] = [count(/#\{?(if|foreach|macro|define)\b/g), count(/#\{?end\b/g)];
  // velocityjs closes at the end of the text what nobody closed.
  if (opened !== closed)
    throw new Error(`the mapping template cannot be read: it begins ${opened} blocks and ends ${closed}\n${template}`);
  try {
    return parse(template);
  } catch (cause) {
    throw new Error(`the mapping template cannot be read: ${(cause as Error).message}\n${template}`, { cause });
  }
}

function inputOf({ body, params = {} }: MappingInput) {
  const all = {
    path: lenient({ ...params.path }),
    querystring: lenient({ ...params.querystring }),
    header: lenient({ ...params.header }),
  };
  const document = (): unknown => {
    try {
      // An empty body is an empty object to templates.
      return JSON.parse(body === '' ? '{}' : body);
    } catch (cause) {
      throw new NoJson('Could not parse request body into json', { cause });
    }
  };
  const first = (name: string): string =>
    [params.path, params.querystring, params.header].find((each) => each && Object.hasOwn(each, name))?.[name] ?? '';
  return {
    body,
    params: (name?: string) => (name === undefined ? all : first(name)),
    path: (path: string) => look(document(), path) ?? '',
    json: (path: string) => JSON.stringify(look(document(), path) ?? ''),
  };
}

/** An object whose missing members are empty texts, however deep. */
function lenient<T extends object>(of: T): T {
  return new Proxy(of, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol') return value;
      if (value === undefined || value === null) return Object.hasOwn(target, name) || !isMethod(name) ? '' : undefined;
      return typeof value === 'object' ? lenient(value) : value;
    },
  });
}

/** Names by which templates call methods of a map, and never a member. */
const isMethod = (name: string): boolean => ['get', 'keySet', 'entrySet', 'containsKey', 'size', 'eval'].includes(name);
