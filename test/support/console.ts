/** Silences the console in the tests of the enclosing `describe`; what was said stands in the list, emptied before each test. */
export function listening(): string[] {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    for (const way of ['log', 'warn', 'error'] as const) {
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
    }
  });
  afterEach(() => jest.restoreAllMocks());
  return said;
}
