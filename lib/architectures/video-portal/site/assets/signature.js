// Signature Version 4: shows that a request comes from who holds credentials, and was meant just so.

const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (text) => hex(await crypto.subtle.digest('SHA-256', bytes(text)));
async function hmac(key, text) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytes(text)));
}
/** As AWS encodes: everything but letters, digits, and - . _ ~ */
export const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The headers that sign a request without a body, or one to S3 whose body TLS guards.
 *
 * @param url with its path encoded
 */
export async function signed(method, url, { region, service, credentials, now = new Date() }) {
  const { host, pathname, searchParams } = new URL(url);
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const content = service === 's3' ? 'UNSIGNED-PAYLOAD' : await sha256('');
  const headers = {
    host,
    'x-amz-content-sha256': content,
    'x-amz-date': time,
    'x-amz-security-token': credentials.session,
  };
  const names = Object.keys(headers).join(';');
  const query = [...searchParams].map((pair) => pair.map(encoded).join('=')).sort();
  // All services but S3 have their paths encoded twice.
  const path = service === 's3' ? pathname : pathname.split('/').map(encoded).join('/');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, query.join('&'), lines.join(''), names, content].join('\n');
  let key = bytes(`AWS4${credentials.secret}`);
  for (const part of scope.split('/')) key = await hmac(key, part);
  const signature = hex(await hmac(key, ['AWS4-HMAC-SHA256', time, scope, await sha256(canonical)].join('\n')));
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
