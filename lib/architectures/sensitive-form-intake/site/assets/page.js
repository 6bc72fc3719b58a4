const form = document.querySelector('#gift');
const answer = document.querySelector('#answer');
// One for each form that is filled in, so that sending it twice gives once.
let submission = crypto.randomUUID();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const fields = new URLSearchParams(new FormData(form));
    fields.set('submission', submission);
    const response = await fetch('/forms', { method: 'POST', body: fields });
    const told = await response.json();
    if (!response.ok) throw new Error(told.detail ?? 'That did not work. Nothing was taken.');
    form.reset();
    submission = crypto.randomUUID();
    answer.textContent = 'Thank you. Looking at it …';
    answer.textContent = await outcome(told.id);
  } catch (error) {
    answer.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});

/** What became of the form, as soon as it is known. */
async function outcome(id) {
  for (let i = 0; i < 20; i++) {
    const state = await (await fetch(`/forms/${id}`)).json();
    if (state.status === 'accepted') return `Accepted, with the card that ends with ${state.cardEnding}.`;
    if (state.status === 'declined')
      return `Not accepted: look again at ${state.wrong.join(', ').replaceAll('_', ' ')}.`;
    await new Promise((done) => setTimeout(done, 1000));
  }
  return 'It is still being looked at.';
}
