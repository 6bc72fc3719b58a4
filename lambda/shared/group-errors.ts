/** Whether Auto Scaling refused because it knows no such instance (any more). */
export function isUnknownInstance(error: unknown): boolean {
  const { name, message = '' } = error as { readonly name?: string; readonly message?: string };
  return name === 'ValidationError' && /not found|not part of|does not exist/i.test(message);
}
