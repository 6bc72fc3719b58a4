import type { Architectures } from './architectures';

/** The npm package knows templates, and no architecture by name. */
export const architectures: Architectures = {
  names: [],
  entries: [],
  profiles: [],
  synthesise(name) {
    throw new Error(`there is no architecture ${name} here`);
  },
};
