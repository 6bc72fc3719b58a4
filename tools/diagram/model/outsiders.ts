import type { Box } from './picture';

/** Those outside the templates that arrows begin or end at. */
export class Outsiders {
  readonly #found = new Map<string, Box>();

  get boxes(): readonly Box[] {
    return [...this.#found.values()];
  }

  /** Whoever calls an endpoint that is open to the world. */
  clients = (): string => this.#add('clients', 'Clients', 'anybody outside', 'resource/Users');
  internet = (): string => this.#add('internet', 'Internet', 'anybody outside', 'resource/Internetalt1');
  /** A range of addresses that rules single out. */
  range = (block: string): string => this.#add(`range ${block}`, block, 'addresses', 'resource/Officebuilding');
  mail = (): string => this.#add('mail', 'E-mail', 'a mailbox', 'resource/Email');

  #add(id: string, name: string, what: string, icon: string): string {
    const outside = `outside ${id}`;
    this.#found.set(outside, { id: outside, name, what, icon, resources: [], shown: 0 });
    return outside;
  }
}
