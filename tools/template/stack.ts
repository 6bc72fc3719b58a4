/** A CloudFormation template. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;
  readonly [section: string]: unknown;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** Properties as written in the template, intrinsic functions and all. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of as many shapes as there are resource types
export type Properties = Readonly<Record<string, any>>;

/** One template and what is known of where it goes. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
  /** Whether `name` is only what the file is called, and the stack may be deployed under any name. @default false */
  readonly unnamed?: boolean;
  /** @default - an account of its own, different from every account written by hand */
  readonly account?: string;
  /** @default - any region */
  readonly region?: string;
  /** @default 'aws' */
  readonly partition?: string;
  /** Values of parameters. @default - the defaults in the template */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The resource of another stack that this is the template of. */
  readonly nestedIn?: { readonly stack: string; readonly logicalId: string };
  /** The construct path of each resource by logical id, where a cloud assembly tells them. */
  readonly paths?: ReadonlyMap<string, string>;
}

/** A resource's place in the construct tree where the CDK wrote it down, else its logical id. */
export function pathOf(logicalId: string, resource: Resource): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '') : logicalId;
}
