import type { Stack } from '../../template/stack';
import { Arrows } from './arrows';
import { addBackups } from './backups';
import { Boxes } from './boxes';
import { addDeclared } from './declared';
import { Folding } from './folding';
import { addFrontDoors } from './front-doors';
import { addGrants } from './grants';
import { Ground } from './ground';
import { addImages } from './images';
import { Outsiders } from './outsiders';
import type { Picture } from './picture';
import { Source } from './source';
import { addTraffic } from './traffic';

/**
 * The picture of one architecture: what its templates hold, and every connection they imply.
 *
 * @throws when a template is malformed
 */
export function pictureOf(title: string, templates: readonly Stack[]): Picture {
  const source = new Source(templates);
  const folding = new Folding(source);
  const ground = new Ground(source);
  const boxes = new Boxes(source, folding, ground);
  const outsiders = new Outsiders();
  const arrows = new Arrows();
  addDeclared(arrows, source, boxes);
  addBackups(arrows, source, boxes);
  addImages(arrows, source, boxes);
  addFrontDoors(arrows, source, boxes, outsiders);
  addTraffic({ arrows, source, folding, ground, boxes, outsiders });
  addGrants(arrows, source, folding, boxes);
  return { title, frames: boxes.frames, boxes: [...outsiders.boxes, ...boxes.boxes], edges: arrows.edges };
}
