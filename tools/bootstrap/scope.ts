import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { shapeNamed, type PublishedAction } from '../access/actions';
import { anyAccount, anyRegion, gapsOf } from '../template/text';
import { serviceOf } from './handlers';
import type { Variant } from './variants';

/** Where the policies are to hold; what is left out is left open. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** CloudFormation cuts the stack's name in a name it makes up, but keeps this much of it. */
const nameKept = 24;

/** Services whose names are so short that nobody documents how much of the stack's name is kept. */
const unnamed: readonly string[] = ['elasticloadbalancing'];

/**
 * What is part of another resource, whose name is known: an inline policy has no ARN of its own, whatever the specification says, and
 * a log stream's begins with that of its group.
 */
const parts: readonly string[] = ['AWS::IAM::Policy', 'AWS::Logs::LogStream'];

/** The ARNs of the stacks' resources: by the names CloudFormation makes from the stacks' names, and by those the templates give. */
export class Scope {
  readonly #patterns = new Set<string>();
  /** What the ARNs of resources begin with whose names nobody can tell. */
  readonly #open = new Set<string>();
  readonly #variables: Readonly<Record<string, string>>;

  constructor(variants: readonly Variant[], { account = '*', region = '*' }: Place) {
    this.#variables = { Partition: partitionOf(region), Region: region, Account: account };
    const entries = variants.flatMap(({ model }) => model.names.entries);
    for (const { arns } of entries) for (const arn of arns) if (arn.startsWith('arn:')) this.#add(arn);
    const nameless = entries.filter(
      ({ arns, type }) => !parts.includes(type) && !arns.some((arn) => arn.startsWith('arn:')),
    );
    for (const type of new Set(nameless.map((entry) => entry.type))) this.#leaveOpen(type);
  }

  /** The ARN patterns of what an action is done to in these stacks; undefined where only `*` holds. */
  of({ name, resources }: PublishedAction): readonly string[] | undefined {
    if (unnamed.includes(name.split(':')[0]) || resources.length === 0) return undefined;
    const heads = [...new Set(resources.map((shape) => this.#head(shape)))];
    if (heads.some((head) => [...this.#open].some((open) => open.startsWith(head)))) return undefined;
    // An action may be done to more kinds of resources than the templates hold.
    const found = [...this.#patterns].filter((pattern) => heads.some((head) => pattern.startsWith(head)));
    return found.length === 0 ? undefined : found.sort();
  }

  /** An ARN as it is written in the policies, from `arn:${Partition}:iam::${Account}:role/x`. */
  arn(shape: string): string {
    return shape.replace(/\$\{(Partition|Region|Account)\}/g, (_, word: string) => this.#variables[word]);
  }

  #add(arn: string): void {
    const { Partition, Region, Account } = this.#variables;
    const text = arn
      .replaceAll(anyAccount, Account)
      .replaceAll(anyRegion, Region)
      .replace(/^arn:aws:/, `arn:${Partition}:`)
      // A stack that is fixed to a region is meant too where all of them are.
      .replace(/^(arn:[^:]*:[^:]*):[a-z]{2}(?:-[a-z]+)+-\d:/, (whole, service: string) =>
        Region === '*' ? `${service}:*:` : whole,
      );
    const [name] = gapsOf(text);
    if (!name) {
      this.#patterns.add(text);
      // CloudWatch Logs asks for a group by its name alone for some actions, and with a colon behind it for others.
      if (text.includes(':log-group:')) this.#patterns.add(`${text}:*`);
    } else if (name.kind === 'name' && name.prefix !== undefined)
      this.#patterns.add(`${beforeGap(text)}${name.prefix.slice(0, nameKept)}*`);
    // What begins with a word of the template is told from others by it, whatever follows.
    else if (/[^:/]$/.test(beforeGap(text))) this.#patterns.add(`${beforeGap(text)}*`);
    else this.#open.add(beforeGap(text));
  }

  /** A type whose names are not known here has ARNs all the same, and they may begin like those of others. */
  #leaveOpen(type: string): void {
    specification ??= loadAwsServiceSpecSync();
    const [found] = specification.lookup('resource', 'cloudFormationType', 'equals', type);
    const shape = shapeNamed(serviceOf(type), type.split('::')[2] ?? '') ?? found?.arnTemplate;
    if (shape !== undefined) this.#open.add(this.#head(shape));
  }

  /** What an ARN of a published shape begins with, before any name. */
  #head(shape: string): string {
    return this.arn(shape.replaceAll('${AccountId}', '${Account}')).replace(/\$\{[^]*$/, '');
  }
}

let specification: ReturnType<typeof loadAwsServiceSpecSync> | undefined;

const beforeGap = (text: string): string => text.slice(0, text.indexOf('\uE000'));

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
