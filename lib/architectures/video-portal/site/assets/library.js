// What somebody can do once they have credentials: upload, list, play.
import { encoded, signed } from '/assets/signature.js';

/** A name S3 and the portal take: letters, digits, points, hyphens and underscores, at most 100. */
export const nameFor = (file) =>
  file
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(-100)
    .replace(/^[^A-Za-z0-9]+/, '') || 'video.mp4';

/** Uploads a file below the id of whoever holds the credentials; `onProgress` is told the share that is there. */
export async function upload({ region, uploadHost }, credentials, file, onProgress) {
  const key = ['uploads', credentials.identityId, nameFor(file.name)].map(encoded).join('/');
  const url = `https://${uploadHost}/${key}`;
  const headers = await signed('PUT', url, { region, service: 's3', credentials });
  await new Promise((resolve, reject) => {
    // fetch tells nothing of how far an upload is.
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () =>
      request.status === 200 ? resolve() : reject(new Error(`The upload was refused (${request.status}).`));
    request.onerror = () => reject(new Error('The connection broke; upload again.'));
    request.send(file);
  });
}

async function asked({ region, apiUrl }, credentials, path) {
  const url = `${apiUrl}${path}`;
  const response = await fetch(url, {
    headers: await signed('GET', url, { region, service: 'execute-api', credentials }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.message ?? `The portal answered ${response.status}.`);
  return answer;
}

/** All videos of whoever holds the credentials. */
export async function videos(settings, credentials) {
  const found = [];
  let after = '';
  do {
    const page = await asked(settings, credentials, `videos${after && `?after=${encoded(after)}`}`);
    found.push(...page.videos);
    after = page.next ?? '';
  } while (after !== '');
  return found;
}

/** Where the best rendition of a video is, for a quarter of an hour. */
export async function linkTo(settings, credentials, video) {
  const { links = [] } = await asked(settings, credentials, `videos/${encoded(video)}`);
  return links[0]?.url;
}
