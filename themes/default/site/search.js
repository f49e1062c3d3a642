/* The search: a dialog with a combobox and a list of results (WAI-ARIA APG, combobox). What finds them, and the index,
   are loaded when it is first opened. The body's `data-root` leads to the root of the site. `CourseSearch.open()`,
   / and Ctrl-K open it. */
(() => {
  'use strict';

  const SCRIPTS = ['assets/search-read.js', 'assets/search-find.js', 'assets/search-index.js'];
  const SLASH = 'course-search-slash'; // "off" where / does not open the search (WCAG 2.2, 2.1.4)
  const root = () => document.body.dataset.root ?? '';
  let parts = null;
  let loading = null;
  let active = -1;

  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // --- what is remembered ------------------------------------------------------------------

  /** A page opened from disk may have no storage. */
  const stored = (value) => {
    try {
      if (value) localStorage.setItem(SLASH, value);
      return localStorage.getItem(SLASH) ?? 'on';
    } catch {
      return 'on';
    }
  };

  const load = (path) =>
    new Promise((resolve, reject) => {
      const script = make('script', { src: root() + path });
      script.addEventListener('load', resolve);
      script.addEventListener('error', () => reject(new Error(path)));
      document.head.append(script);
    });

  /** Load what finds, once; where that fails, the next opening tries again. */
  const loaded = () => {
    loading ??= SCRIPTS.reduce((before, path) => before.then(() => load(path)), Promise.resolve());
    return loading.catch(() => {
      loading = null;
    });
  };

  // --- results -----------------------------------------------------------------------------

  const marked = (pieces) => pieces.map(([said, on]) => (on ? make('mark', {}, said) : said));

  const option = (result, at) => {
    const row = make(
      'a',
      { role: 'option', id: `course-search-${at}`, href: root() + result.address, tabindex: '-1' },
      make('span', { class: 'course-search-kind' }, result.kind),
      ' ',
      make('span', { class: 'course-search-title' }, ...marked(result.title)),
      ' ',
      make('span', { class: 'course-search-place' }, result.place),
      ' ',
      make('span', { class: 'course-search-text' }, ...marked(result.text)),
    );
    row.setAttribute('aria-selected', 'false');
    return row;
  };

  const counted = ({ count, results, all, unknown, meant }) => {
    if (!count) return 'Nothing found. Try fewer or other words.';
    const few = results.length < count ? `, the first ${results.length} of them below` : '';
    const number = `${count} ${count === 1 ? 'result' : 'results'}${few}`;
    if (!all) return `Nothing has all these words. ${number} with some of them`;
    return unknown.length ? `${number} for “${meant}”` : number;
  };

  /** Under the field: which words the course does not have, and a button for those it was taken for. */
  const suggested = ({ unknown, meant }) => {
    if (!unknown.length) return [];
    const button = make('button', { type: 'button' }, meant);
    button.addEventListener('click', () => {
      parts.input.value = meant;
      parts.input.focus();
      show();
    });
    const words = unknown.map((word) => `“${word}”`).join(', ');
    return [`Nothing has ${words}. Did you mean `, button, '?'];
  };

  const show = () => {
    const question = parts.input.value;
    const find = window.CourseSearch.find;
    const found = question.trim() && find ? find(question) : null;
    const results = found?.results ?? [];
    parts.list.replaceChildren(...results.map(option));
    parts.list.hidden = !results.length;
    parts.list.scrollTop = 0;
    parts.input.setAttribute('aria-expanded', String(results.length > 0));
    parts.meant.replaceChildren(...(found ? suggested(found) : []));
    parts.status.textContent = found ? counted(found) : '';
    choose(-1);
  };

  /** Make an option the active one; -1 for none. */
  const choose = (at) => {
    const rows = [...parts.list.children];
    active = rows.length ? at : -1;
    rows.forEach((row, number) => row.setAttribute('aria-selected', String(number === active)));
    if (active < 0) {
      parts.input.removeAttribute('aria-activedescendant');
      return;
    }
    parts.input.setAttribute('aria-activedescendant', rows[active].id);
    rows[active].scrollIntoView({ block: 'nearest' });
  };

  // --- keys --------------------------------------------------------------------------------

  /** Home and End move through the results once one is active, through the field before. */
  const pressed = (event) => {
    const last = parts.list.children.length - 1;
    if (event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
    const moves = {
      ArrowDown: () => choose(active < last ? active + 1 : 0),
      ArrowUp: () => choose(active > 0 ? active - 1 : last),
      Home: active < 0 ? null : () => choose(0),
      End: active < 0 ? null : () => choose(last),
      Enter: () => parts.list.children[Math.max(active, 0)]?.click(),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  };

  const inField = (element) => element?.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element?.tagName ?? '');

  const opens = (event) => {
    if (event.defaultPrevented || event.altKey || inField(document.activeElement)) return false;
    const alone = !event.ctrlKey && !event.metaKey;
    if (event.key === '/' && alone) return stored() === 'on';
    return event.key.toLowerCase() === 'k' && !event.shiftKey && event.ctrlKey !== event.metaKey;
  };

  document.addEventListener('keydown', (event) => {
    if (!opens(event)) return;
    event.preventDefault();
    open();
  });

  // --- the dialog --------------------------------------------------------------------------

  const field = () =>
    make('input', {
      id: 'course-search-field',
      type: 'text',
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-controls': 'course-search-results',
      'aria-expanded': 'false',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      enterkeyhint: 'go',
    });

  const foot = () => {
    const box = make('input', { type: 'checkbox', id: 'course-search-slash' });
    box.checked = stored() === 'on';
    box.addEventListener('change', () => stored(box.checked ? 'on' : 'off'));
    const key = (name) => make('kbd', {}, name);
    return make(
      'p',
      { class: 'course-search-foot' },
      make('span', {}, key('↑'), ' ', key('↓'), ' choose, ', key('Enter'), ' open, ', key('Esc'), ' close'),
      make('label', {}, box, ' ', key('/'), ' opens the search'),
    );
  };

  const built = () => {
    const dialog = make('dialog', { class: 'course-search', 'aria-labelledby': 'course-search-label' });
    const input = field();
    const status = make('p', { class: 'course-search-status', role: 'status' });
    const meant = make('p', { class: 'course-search-meant' });
    const list = make('div', { id: 'course-search-results', role: 'listbox', 'aria-label': 'Results', hidden: '' });
    const close = make('button', { type: 'button', class: 'course-search-close' }, 'Close');
    const label = make('label', { id: 'course-search-label', for: input.id }, 'Search the course');
    const head = make('div', { class: 'course-search-head', role: 'search' }, label, input, close);
    dialog.append(head, status, meant, list, foot());
    document.body.append(dialog);
    close.addEventListener('click', () => dialog.close());
    input.addEventListener('input', show);
    input.addEventListener('keydown', pressed);
    list.addEventListener('click', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close();
    });
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close();
    });
    return { dialog, input, status, meant, list };
  };

  /** Open the search. The promise is kept once results can be found. */
  const open = async () => {
    parts ??= built();
    if (!parts.dialog.open) parts.dialog.showModal();
    parts.input.focus();
    parts.input.select();
    if (!window.CourseSearch.find) parts.status.textContent = 'Loading…';
    await loaded();
    if (window.CourseSearch.find) show();
    else parts.status.textContent = 'The index of the search could not be loaded.';
  };

  window.CourseSearch = { open };
})();
