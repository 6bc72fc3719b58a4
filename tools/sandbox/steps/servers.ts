/** Why no server boots on an emulator, in one line; undefined where they do. */
export async function whyNoServers(endpoint: string): Promise<string | undefined> {
  const answer = await fetch(`${endpoint}/_emulator/boots`).catch(() => undefined);
  if (!answer?.ok) return 'servers do not boot on this emulator';
  const { why } = (await answer.json()) as { readonly why: string | null };
  return why ?? undefined;
}
