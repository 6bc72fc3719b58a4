const form = document.querySelector('#reminder');
const answer = document.querySelector('#answer');
const field = (name) => form.elements.namedItem(name);

/** Only the addresses of the chosen way are asked for. */
function fit() {
  for (const label of form.querySelectorAll('[data-for]')) {
    const wanted = label.dataset.for.split(' ').includes(field('by').value);
    label.hidden = !wanted;
    label.querySelector('input').required = wanted;
  }
}

function reminder() {
  const by = field('by').value;
  const person = { name: field('name').value, by };
  if (by !== 'sms') person.mail = field('mail').value;
  if (by !== 'email') person.phone = field('phone').value;
  return { cat: field('cat').value, wish: field('wish').value, seconds: Number(field('seconds').value), to: [person] };
}

async function call(method, path, more = {}) {
  const headers = { 'X-Api-Key': field('key').value, ...more.headers };
  const response = await fetch(path, { method, ...more, headers });
  const body = await response.json();
  if (!response.ok)
    throw new Error(
      [body.detail ?? body.title, ...(body.faults ?? []).map((fault) => `${fault.where}: ${fault.what}`)].join(' '),
    );
  return body;
}

const said = {
  waiting: 'The reminder waits.',
  'not needed': 'The cat has a reminder that waits already.',
  failed: 'The reminder failed.',
};

function show({ status, told = [] }) {
  answer.textContent =
    said[status] ?? told.map(({ name, told: yes }) => `${name} was ${yes ? '' : 'not '}told.`).join(' ');
}

/** Asks every few seconds until there is something new. */
async function follow(id) {
  for (;;) {
    const state = await call('GET', `/api/reminders/${id}`);
    show(state);
    if (state.status !== 'waiting') return;
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}

form.addEventListener('change', fit);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    const { id } = await call('POST', '/api/reminders', {
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
      body: JSON.stringify(reminder()),
    });
    await follow(id);
  } catch (error) {
    answer.textContent = error.message;
  }
});
fit();
