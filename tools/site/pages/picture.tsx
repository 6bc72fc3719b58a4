import type { Drawing } from '../../diagram/draw';
import { legendOf } from '../../diagram/legend';
import { partsOf, type ResourceName } from '../../diagram/model/picture';
import type { ArchitectureFacts } from '../../facts';
import { Html, Path } from '../layout';
import { anchorOf, pathTo, relative } from '../paths';

interface PictureProps {
  readonly one: ArchitectureFacts;
  readonly drawing: Drawing;
  /** The page it stands on. */
  readonly path: string;
}

/** The picture, what its arrows mean, and what each of its boxes stands for: the resources and the lines that made them. */
export function Picture({ one, drawing, path }: PictureProps) {
  const parts = partsOf(drawing.picture).filter(({ resources }) => resources.length > 0);
  return (
    <>
      <Html class="picture" of={withoutStyle(drawing.svg)} label="The picture" />
      <p class="legend">
        {legendOf(drawing.picture).map(({ look, says }) => (
          <span class={`arrow ${look}`}>{says}</span>
        ))}
        <a href={relative(path, pathTo.picture(one.name))}>The picture alone</a>
      </p>
      <details class="parts">
        <summary>What each box stands for, and the lines that made it</summary>
        <ul class="list">
          {parts.map(({ id, name, what, resources }) => (
            <li data-for={id} tabIndex={-1}>
              <strong>{name}</strong> <small>{what}</small>
              <ul>
                {resources.map((resource) => (
                  <li>
                    <ResourceLine resource={resource} one={one} path={path} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** The style sheet of the page has the rules of all pictures; a careful policy refuses those written into a page. */
const withoutStyle = (svg: string): string => svg.replace(/<style>[^]*?<\/style>\n?/, '');

function ResourceLine({ resource, one, path }: Omit<PictureProps, 'drawing'> & { resource: ResourceName }) {
  const { stack, logicalId, type } = resource;
  const fact = one.profiles.sandbox.resources.find((each) => each.stack === stack && each.logicalId === logicalId);
  const source = fact?.source;
  return (
    <>
      <a href={relative(path, `${pathTo.resources(one.name)}#${anchorOf(one.name, stack, logicalId)}`)}>
        <Path of={fact?.path ?? logicalId} />
      </a>{' '}
      <small>{type}</small>
      {source && (
        <small>
          {' '}
          made in{' '}
          <a href={relative(path, pathTo.source(source.file, source.line))}>
            <Path of={`${source.file}:${source.line}`} />
          </a>
        </small>
      )}
    </>
  );
}
