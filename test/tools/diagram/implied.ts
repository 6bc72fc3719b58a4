import type { Template } from '../../../tools/template/stack';

/** The logical ids a piece of a template refers to, read without the tool that is tested. */
export function ends(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  const plain = [...text.matchAll(/"Ref":"([^"]+)"|"Fn::GetAtt":\["([^"]+)"/g)].map(
    ([, ref, attribute]) => ref ?? attribute,
  );
  return [...plain, ...[...text.matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)].map(([, name]) => name)];
}

/**
 * Whether some of the resources that are told lead, by at most a few references, to one of a part's own; whoever has
 * a part's name in a literal ARN or name leads there too.
 */
export function refersTo(
  resources: Template['Resources'],
  told: readonly string[],
  part: ReadonlySet<string>,
): boolean {
  const seen = new Set(told);
  for (const id of seen) {
    if (part.has(id)) return true;
    for (const next of ends(resources[id]?.Properties)) if (next in resources) seen.add(next);
  }
  return false;
}

/** A reference to the bucket that a literal ARN names by the beginning of its name in the account's own namespace, or to the vault it names. */
export function namedElsewhere(
  resources: Template['Resources'],
  literal: string,
): { readonly Ref: string } | undefined {
  const prefix = /:s3:::(.+)-$/.exec(literal)?.[1];
  const vault = /:backup-vault:(.+)$/.exec(literal)?.[1];
  const found = Object.keys(resources).find((id) => {
    const { BucketNamePrefix, BackupVaultName } = resources[id].Properties ?? {};
    return (prefix !== undefined && BucketNamePrefix === prefix) || (vault !== undefined && BackupVaultName === vault);
  });
  return found === undefined ? undefined : { Ref: found };
}
