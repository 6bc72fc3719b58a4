// Runs before the page is painted, so that a chosen theme does not flash. The page is whole without it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const stored = () => {
    try {
      return localStorage.getItem('theme');
    } catch {
      return null;
    }
  };
  const current = () => root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  const chosen = stored();
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;

  function addThemeButton() {
    const bar = document.querySelector('.bar');
    if (!bar) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'theme';
    const describe = () => {
      button.textContent = current() === 'dark' ? 'Light' : 'Dark';
      button.setAttribute('aria-label', `Switch to the ${button.textContent.toLowerCase()} theme`);
    };
    button.addEventListener('click', () => {
      root.dataset.theme = current() === 'dark' ? 'light' : 'dark';
      try {
        localStorage.setItem('theme', root.dataset.theme);
      } catch {
        // The choice then lasts as long as the page.
      }
      describe();
    });
    dark.addEventListener('change', describe);
    describe();
    bar.append(button);
  }

  function addCopyButtons() {
    if (!navigator.clipboard) return;
    const status = document.createElement('p');
    status.className = 'unseen';
    status.setAttribute('role', 'status');
    document.body.append(status);
    for (const command of document.querySelectorAll('.command')) {
      const text = command.textContent.trim();
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Copy';
      button.setAttribute('aria-label', `Copy: ${text}`);
      button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(text);
        button.textContent = 'Copied';
        status.textContent = `Copied: ${text}`;
        setTimeout(() => (button.textContent = 'Copy'), 2000);
      });
      command.append(button);
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    addThemeButton();
    addCopyButtons();
  });
})();
