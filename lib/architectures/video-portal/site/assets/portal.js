// The page: who is there, and what they can do. It keeps credentials in memory alone.
import { credentialsFor } from '/assets/credentials.js';
import { linkTo, upload, videos } from '/assets/library.js';
import { googleAddress, goodbyeAddress, poolAddress, returned } from '/assets/sign-in.js';

const part = (id) => document.getElementById(id);
const back = `${location.origin}/`;
const say = (text) => (part('message').textContent = text);
const attempt = (work) => async (event) => {
  event?.preventDefault();
  say('');
  await Promise.resolve(work(event)).catch((error) => say(error.message));
};

const settings = await (await fetch('/settings.json')).json();
let credentials;

function welcome() {
  part('welcome').hidden = false;
  part('sign-in').onclick = attempt(async () => location.assign(await poolAddress(settings, back, sessionStorage)));
  part('google').hidden = settings.googleClientId === undefined;
  part('google').onclick = attempt(() => location.assign(googleAddress(settings, back, sessionStorage)));
}

async function desk() {
  part('desk').hidden = false;
  part('upload').onsubmit = attempt(async () => {
    const [file] = part('file').files;
    part('progress').hidden = false;
    await upload(settings, credentials, file, (share) => (part('progress').value = share));
    part('progress').hidden = true;
    say(`${file.name} is there; it is made into videos now.`);
    await list();
  });
  part('sign-out').onclick = () => location.assign(goodbyeAddress(settings, back));
  await list();
  setInterval(attempt(list), 15_000);
}

async function list() {
  const entries = (await videos(settings, credentials)).map((video) => {
    const line = document.createElement('li');
    line.append(`${video.video}: ${video.state}${video.reason === undefined ? '' : `. ${video.reason}`}`);
    if (video.state === 'ready') {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Play';
      button.onclick = attempt(async () => {
        part('player').src = await linkTo(settings, credentials, video.video);
        part('player').hidden = false;
        await part('player').play();
      });
      line.append(button);
    }
    return line;
  });
  part('videos').replaceChildren(...entries);
}

try {
  const token = await returned(settings, location, back, sessionStorage);
  history.replaceState(null, '', back);
  if (token === undefined) welcome();
  else {
    credentials = await credentialsFor(settings, token);
    await desk();
  }
} catch (error) {
  welcome();
  say(error.message);
}
