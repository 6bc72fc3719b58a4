/** How long SNS may take to give its certificate, or to hear a confirmation. */
const patience = 3000;

/**
 * Gets texts at addresses of SNS. A certificate is asked for once: it stands at its address for ever.
 *
 * What stands in for SNS is found as the SDK finds it, by AWS_ENDPOINT_URL.
 */
export function askedOfSns(ask: typeof fetch = fetch): (url: string) => Promise<string> {
  const certificates = new Map<string, string>();
  return async (url) => {
    const known = certificates.get(url);
    if (known !== undefined) return known;
    const standIn = process.env.AWS_ENDPOINT_URL;
    const { pathname, search } = new URL(url);
    const answer = await ask(standIn === undefined ? url : new URL(pathname + search, standIn), {
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`SNS answered ${answer.status} at ${url}`);
    if (pathname.endsWith('.pem')) certificates.set(url, text);
    return text;
  };
}
