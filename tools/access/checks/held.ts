import type { AccessModel } from '../model';
import type { Held } from './finding';

/** Every statement of the templates with the resource that holds it and the kind of document it stands in. */
export function everyStatement(model: AccessModel): readonly Held[] {
  const known = gathered.get(model);
  if (known) return known;
  const held = gather(model);
  gathered.set(model, held);
  return held;
}

/** A dozen checks ask the same model. */
const gathered = new WeakMap<AccessModel, readonly Held[]>();

function gather(model: AccessModel): Held[] {
  const identity = model.attachments.documents.flatMap(({ holder, statements }) =>
    statements.map((statement) => ({ entry: holder, holder: 'identity' as const, statement })),
  );
  const resource = model.resourcePolicies.flatMap(({ holder, statements, service }) =>
    statements.map((statement) => ({
      entry: holder,
      holder: service === 'sts' ? ('trust' as const) : ('resource' as const),
      statement,
    })),
  );
  const endpoints = model
    .endpointPolicies()
    .flatMap(({ holder, statements }) =>
      statements.map((statement) => ({ entry: holder, holder: 'endpoint' as const, statement })),
    );
  // A policy on several resources stands in the template once.
  const seen = new Set<unknown>();
  return [...identity, ...resource, ...endpoints].filter(
    ({ statement }) => !seen.has(statement) && seen.add(statement) && !statement.standIn,
  );
}
