/**
 * The tasks as this page knows them. News comes twice and late: of one task the highest version counts, and what was removed does
 * not come back by an older telling.
 */
export class Board {
  #tasks = new Map();
  #removed = new Map();

  get tasks() {
    return [...this.#tasks.values()].sort((one, other) => one.taskId.localeCompare(other.taskId));
  }

  /** All there is, as it was read. */
  replace(tasks) {
    this.#tasks = new Map(tasks.map((task) => [task.taskId, task]));
  }

  take({ action, task, taskId, version }) {
    if (action === 'written') this.#write(task);
    if (action === 'removed') this.#remove(taskId, version);
  }

  #write(task) {
    const known = this.#tasks.get(task.taskId)?.version ?? 0;
    const gone = this.#removed.get(task.taskId);
    // A task made anew under the id of one that was removed begins at version 1 again.
    const stale = gone !== undefined && task.version <= gone.version && task.updatedAt <= gone.updatedAt;
    if (task.version > known && !stale) this.#tasks.set(task.taskId, task);
  }

  #remove(taskId, version) {
    const known = this.#tasks.get(taskId);
    if (known && known.version > version) return;
    this.#removed.set(taskId, { version, updatedAt: known?.updatedAt ?? '' });
    this.#tasks.delete(taskId);
  }
}
