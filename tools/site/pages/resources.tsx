import type { ArchitectureFacts, ResourceFact } from '../../facts';
import { Path, type Page } from '../layout';
import { anchorOf, pathTo, relative } from '../paths';

/** Every resource of an architecture's sandbox as the template has it, with a search over them. */
export function resourcesPage(one: ArchitectureFacts): Page {
  const path = pathTo.resources(one.name);
  const { sandbox, production } = one.profiles;
  return {
    path,
    title: `${one.title}: the template`,
    description: `Every resource of ${one.title}, where it stands in the construct tree, and the line that made it.`,
    body: (
      <>
        <p class="crumbs">
          <a href={relative(path, pathTo.gallery)}>Architectures</a> /{' '}
          <a href={relative(path, pathTo.architecture(one.name))}>{one.title}</a>
        </p>
        <h1>The template</h1>
        <p class="lead">
          {sandbox.resources.length} resources in a sandbox, below; {production.resources.length} in production. Whole:{' '}
          {(['sandbox', 'production'] as const).flatMap((profile) =>
            one.profiles[profile].templates.map(({ name: stack }) => (
              <>
                <a href={relative(path, pathTo.template(stack, profile))}>
                  {stack}, {profile}
                </a>{' '}
              </>
            )),
          )}
        </p>
        <form class="filters" hidden data-script data-rows>
          <label>
            Find
            <input type="search" name="words" placeholder="queue, policy…" />
          </label>
          <output aria-live="polite" />
        </form>
        <ul class="resources">
          {sandbox.resources.map((resource) => (
            <ResourceItem resource={resource} path={path} id={anchorOf(one.name, resource.stack, resource.logicalId)} />
          ))}
        </ul>
      </>
    ),
  };
}

function ResourceItem({ resource, path, id }: { resource: ResourceFact; path: string; id: string }) {
  const { logicalId, type, source, definition } = resource;
  const text = JSON.stringify(definition, null, 2);
  return (
    <li id={id} data-words={`${resource.path} ${logicalId} ${type}`.toLowerCase()} data-inside="pre">
      <details>
        <summary>
          <Path of={resource.path.split('/').slice(1).join('/') || logicalId} /> <small>{type}</small>
        </summary>
        {source && (
          <p>
            made in{' '}
            <a href={relative(path, pathTo.source(source.file, source.line))}>
              <Path of={`${source.file}:${source.line}`} />
            </a>
          </p>
        )}
        <pre tabIndex={0}>
          <code>{text}</code>
        </pre>
      </details>
    </li>
  );
}
