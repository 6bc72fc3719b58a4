import type { Rules } from '../rule';
import { compute } from './compute';
import { containers } from './containers';
import { data } from './data';
import { edge } from './edge';
import { messaging } from './messaging';
import { network } from './network';
import { operations } from './operations';
import { serverless } from './serverless';
import { storage } from './storage';

/** How each type of resource that is billed is billed. */
export const rules: Rules = {
  ...network,
  ...compute,
  ...containers,
  ...storage,
  ...data,
  ...serverless,
  ...messaging,
  ...edge,
  ...operations,
};
