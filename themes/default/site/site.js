/* Scheme, progress, quizzes and practice. Everything works without this script but these; nothing leaves the browser. */
'use strict';

(() => {
  const { root, course, module } = document.body.dataset;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  // --- what the browser keeps ---

  const store = {
    get(key, otherwise) {
      try {
        return JSON.parse(localStorage.getItem(`${course}:${key}`)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(`${course}:${key}`, JSON.stringify(value));
      } catch {
        // A browser that keeps nothing still shows everything.
      }
    },
  };

  const made = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // --- scheme ---

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const button = $('#scheme-button');
  function paint(scheme) {
    if (scheme) document.documentElement.dataset.scheme = scheme;
    button.setAttribute('aria-pressed', String((scheme || (dark.matches ? 'dark' : 'light')) === 'dark'));
  }
  paint(store.get('scheme', ''));
  button.addEventListener('click', () => {
    const scheme = button.getAttribute('aria-pressed') === 'true' ? 'light' : 'dark';
    store.set('scheme', scheme);
    paint(scheme);
  });
  dark.addEventListener('change', () => paint(store.get('scheme', '')));
  $('.tools').hidden = false;

  $('#search-button').addEventListener('click', () => window.CourseSearch.open());

  // --- progress ---

  const read = new Set(store.get('read', []));
  function share(ids) {
    const done = ids.filter((id) => read.has(id)).length;
    return done ? ` · ${done} of ${ids.length} read` : '';
  }
  function progress() {
    for (const row of $$('.modules li[data-module]')) row.classList.toggle('is-read', read.has(row.dataset.module));
    for (const place of $$('.read-so-far')) {
      const ids = (place.dataset.modules ?? place.closest('[data-modules]').dataset.modules).split(' ');
      place.textContent = share(ids);
    }
  }
  progress();

  const done = $('#done-button');
  if (done) {
    const show = () => {
      done.setAttribute('aria-pressed', String(read.has(module)));
      done.textContent = read.has(module) ? 'Read ✓' : 'Mark as read';
    };
    done.addEventListener('click', () => {
      if (!read.delete(module)) read.add(module);
      store.set('read', [...read]);
      show();
    });
    show();
    done.parentElement.hidden = false;
    store.set('last', [module, $('h1').textContent]);
  }
  const last = store.get('last');
  if (document.body.classList.contains('front') && last) {
    const link = made('a', { href: `${root}modules/${last[0]}/index.html`, textContent: last[1] });
    $('.opening').append(made('p', { className: 'resume' }, 'Go on with ', link));
  }

  // --- the track that a reader follows ---

  const follow = $('#follow-button');
  if (follow) {
    const show = () => {
      const followed = store.get('track') === follow.dataset.track;
      follow.setAttribute('aria-pressed', String(followed));
      follow.textContent = followed ? 'You follow this track' : 'Follow this track';
    };
    follow.addEventListener('click', () => {
      store.set('track', store.get('track') === follow.dataset.track ? '' : follow.dataset.track);
      show();
    });
    show();
    follow.parentElement.hidden = false;
  }
  const turns = $$('.turn section');
  const chosen = turns.find((section) => section.dataset.track && section.dataset.track === store.get('track'));
  if (chosen) {
    for (const section of turns) section.hidden = section !== chosen;
    chosen.querySelector('h2').prepend('Your track: ');
  }

  // --- where one is in a long page ---

  const entries = new Map($$('.contents a').map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (entries.size && 'IntersectionObserver' in window) {
    const seen = new IntersectionObserver((rows) => {
      for (const row of rows) {
        if (!row.isIntersecting) continue;
        for (const link of entries.values()) link.removeAttribute('aria-current');
        entries.get(row.target.id).setAttribute('aria-current', 'true');
      }
    }, { rootMargin: '0px 0px -75% 0px' });
    for (const id of entries.keys()) {
      const heading = document.getElementById(id);
      if (heading) seen.observe(heading);
    }
  }

  // --- quizzes ---

  const questions = $$('.question[data-kind]');
  const kept = store.get(`quiz:${module}`, {});
  const score = made('p', { className: 'score' });
  score.setAttribute('role', 'status');
  function count() {
    const right = questions.filter((question) => kept[question.dataset.key] === true).length;
    const tried = questions.filter((question) => question.dataset.key in kept).length;
    score.textContent = tried ? `${right} of ${questions.length} right, ${questions.length - tried} to try.` : 'Your score is kept in this browser alone.';
    if (!tried) return;
    const again = made('button', { type: 'button', textContent: 'Start again' });
    again.addEventListener('click', () => {
      store.set(`quiz:${module}`, {});
      location.reload();
    });
    score.append(' ', again);
  }

  const numbers = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
  function number(words) {
    const bare = words.trim().replace(/[\s\u00a0_]/g, '').replace(/,(?=\d{3}(\D|$))/g, '').replace(',', '.');
    return numbers.test(bare) ? Number(bare) : NaN;
  }

  function fields(question) {
    const { kind, key } = question.dataset;
    const rows = $$('.options > li', question).filter((row) => !row.closest('.answer'));
    if (kind === 'single' || kind === 'multiple') {
      for (const [n, row] of rows.entries()) {
        const input = made('input', { type: kind === 'single' ? 'radio' : 'checkbox', name: `${module}-${key}`, id: `${key}-${n}` });
        const label = made('label', { htmlFor: input.id }, ...row.childNodes);
        row.append(input, label);
      }
    } else if (kind === 'order') {
      for (const row of rows) {
        const words = made('span', { className: 'words' }, ...row.childNodes);
        const move = (step, sign, name) => {
          const mover = made('button', { type: 'button', textContent: sign });
          mover.setAttribute('aria-label', `${name}: ${words.textContent}`);
          mover.addEventListener('click', () => {
            const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
            if (other) other[step < 0 ? 'before' : 'after'](row);
            mover.focus();
          });
          return mover;
        };
        row.append(made('span', { className: 'move' }, move(-1, '↑', 'Up'), move(1, '↓', 'Down')), words);
      }
    } else {
      const input = made('input', { inputMode: 'decimal', autocomplete: 'off', id: `${key}-number` });
      question.insertBefore(made('p', {}, made('label', { htmlFor: input.id, textContent: 'Your answer ' }), input), $('details', question));
    }
    return rows;
  }

  function judged(question, rows) {
    const { kind, answer, tolerance } = question.dataset;
    if (kind === 'numeric') {
      const given = number($('input', question).value);
      return Math.abs(given - Number(answer)) <= Number(tolerance) + Math.abs(Number(answer)) * 1e-12;
    }
    const solution = $$('.answer ol > li', question);
    if (kind === 'order') {
      const now = $$('.options > li .words', question).map((words) => words.textContent.trim());
      return now.every((words, n) => words === solution[n].textContent.trim());
    }
    return rows.every((row, n) => $('input', row).checked === solution[n].classList.contains('key'));
  }

  function reasons(question, rows) {
    if (!['single', 'multiple'].includes(question.dataset.kind)) return;
    const solution = $$('.answer ol > li', question);
    for (const [n, row] of rows.entries()) {
      const right = solution[n].classList.contains('key');
      row.classList.toggle('right-one', right);
      row.classList.toggle('wrong-one', !right && $('input', row).checked);
      $('.why', row)?.remove();
      $('label', row).append(made('span', { className: 'why' }, ...solution[n].cloneNode(true).childNodes));
    }
  }

  for (const question of questions) {
    const rows = fields(question);
    const check = made('button', { type: 'button', textContent: 'Check' });
    const verdict = made('span', { className: 'verdict' });
    verdict.setAttribute('role', 'status');
    check.addEventListener('click', () => {
      const given = question.dataset.kind === 'order' || $$('input', question).some((input) => input.checked || (input.type === 'text' && input.value.trim()));
      if (!given) {
        verdict.className = 'verdict';
        verdict.textContent = ' Answer first.';
        return;
      }
      const right = judged(question, rows);
      kept[question.dataset.key] = right;
      store.set(`quiz:${module}`, kept);
      verdict.className = `verdict ${right ? 'good' : 'bad'}`;
      verdict.textContent = right ? ' Right.' : ' Not right.';
      reasons(question, rows);
      if (right || !rows.length) $('.answer', question).open = !['single', 'multiple'].includes(question.dataset.kind);
      count();
    });
    question.insertBefore(made('p', {}, check, verdict), $('details', question));
    if (question.dataset.key in kept) verdict.textContent = kept[question.dataset.key] ? ' Right when you tried it.' : ' Not right when you tried it.';
  }
  if (questions.length) {
    questions[0].before(score);
    count();
  }

  // --- interview practice ---

  const filter = $('#practice-filter');
  if (filter) {
    const prompts = $$('.prompt');
    const asked = new URLSearchParams(location.hash.startsWith('#?') ? location.hash.slice(2) : '');
    const show = () => {
      const level = $('#level').value;
      const wanted = $('#module').value;
      for (const prompt of prompts) {
        prompt.hidden = Boolean((level && prompt.dataset.level !== level) || (wanted && prompt.dataset.module !== wanted));
      }
      $('#practice-count').textContent = `${prompts.filter((prompt) => !prompt.hidden).length} questions`;
    };
    $('#level').value = asked.get('level') ?? '';
    filter.addEventListener('change', show);
    filter.addEventListener('submit', (event) => event.preventDefault());
    $('#one-button').addEventListener('click', () => {
      const open = prompts.filter((prompt) => !prompt.hidden);
      if (!open.length) return;
      const one = open[Math.floor(Math.random() * open.length)];
      for (const prompt of prompts) prompt.hidden = prompt !== one;
      $('details', one).open = false;
      $('#practice-count').textContent = 'One question; choose a level or module to see all.';
    });
    filter.hidden = false;
    show();
    if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
})();
