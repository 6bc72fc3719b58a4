import { Board } from '/assets/board.js';
import { Live } from '/assets/live.js';
import { Session } from '/assets/session.js';

const [state, sign, form, field, problem, list] = ['state', 'sign', 'add', 'text', 'problem', 'tasks'].map((id) =>
  document.getElementById(id),
);
const home = `${location.origin}/`;
const config = await (await fetch('/config.json')).json();
const session = new Session(config);
const board = new Board();

async function call(method, path, body) {
  const answer = await fetch(new URL(path, config.api), {
    method,
    headers: { Authorization: `Bearer ${session.token}`, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const content = answer.status === 204 ? undefined : await answer.json();
  if (answer.ok) return content;
  throw new Error(content.detail ?? content.message ?? `The server answers ${answer.status}.`);
}

/** Does something, and tells what went wrong with it, if anything. */
async function attempt(work) {
  try {
    problem.hidden = true;
    await work();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

async function read() {
  const tasks = [];
  let next;
  do {
    const page = await call('GET', `tasks${next ? `?after=${next}` : ''}`);
    tasks.push(...page.tasks);
    next = page.next;
  } while (next);
  board.replace(tasks);
  show();
}

function write(taskId, text, done, version) {
  return attempt(async () => {
    board.take({ action: 'written', task: await call('PUT', `tasks/${taskId}`, { text, done, version }) });
    show();
  });
}

function show() {
  list.replaceChildren(
    ...board.tasks.map(({ taskId, text, done, version }) => {
      const [item, box, label, remove] = ['li', 'input', 'label', 'button'].map((name) => document.createElement(name));
      Object.assign(box, { type: 'checkbox', id: taskId, checked: done });
      box.onchange = () => write(taskId, text, box.checked, version);
      Object.assign(label, { htmlFor: taskId, textContent: text });
      Object.assign(remove, { type: 'button', textContent: 'Remove', ariaLabel: `Remove ${text}` });
      remove.onclick = () =>
        attempt(async () => {
          await call('DELETE', `tasks/${taskId}`);
          board.take({ action: 'removed', taskId, version });
          show();
        });
      item.append(box, label, remove);
      return item;
    }),
  );
}

form.onsubmit = async (event) => {
  event.preventDefault();
  await write(crypto.randomUUID(), field.value, false, 0);
  field.value = '';
};

const query = new URLSearchParams(location.search);
if (query.has('code')) {
  await session.comeBack(home, query);
  history.replaceState(undefined, '', '/');
}

sign.hidden = false;
if (session.token) {
  sign.textContent = 'Sign out';
  sign.onclick = () => location.assign(session.signOutAddress(home));
  form.hidden = false;
  const live = new Live(async () => (await call('POST', 'tickets')).url, {
    opened(isOpen) {
      state.textContent = isOpen ? 'Live' : 'Connecting';
      // News from before the connection was open is not told again.
      if (isOpen) void attempt(read);
    },
    heard(news) {
      board.take(news);
      show();
    },
  });
  await attempt(read);
  await live.connect();
} else {
  state.textContent = 'Signed out';
  sign.onclick = async () => location.assign(await session.signInAddress(home));
}
