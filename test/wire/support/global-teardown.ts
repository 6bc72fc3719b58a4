export default async function stop(): Promise<void> {
  await (globalThis as { stopEmulators?: () => Promise<unknown> }).stopEmulators?.();
}
