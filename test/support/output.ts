/** What a function wrote to its log and its metrics since `listen` was called. */
export class Output {
  private readonly lines: string[] = [];

  listen(): void {
    this.lines.length = 0;
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation((...args: unknown[]) => void this.lines.push(String(args[0])));
  }

  get logs(): any[] {
    return this.objects.filter(({ level }) => level !== undefined);
  }

  /** Values by name. */
  get metrics(): Record<string, any> {
    return Object.assign({}, ...this.objects.filter(({ _aws }) => _aws !== undefined));
  }

  private get objects(): any[] {
    return this.lines.flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }
}
