// The player of a package: asks, checks, explains, remembers, and tells the platform (platform.mjs).
// A classic script, packed as player.js: modules do not load from file://.
(() => {
  'use strict';

  const { platform } = globalThis;
  const LONGEST = 4096; // characters of cmi.suspend_data
  const MARGIN = 120; // pixels below the top of the window where one reads

  const $ = (id) => document.getElementById(`scorm.${id}`);
  const key = JSON.parse($('key').textContent);
  const mastery = platform.mastery(key.mastery);
  const answers = new Map(); // the response to each question by its key
  let best = platform.earlier();

  // --- what is remembered between sessions ---------------------------------------------------------

  function remembered() {
    const given = key.questions.filter((one) => answers.has(one.key));
    const rows = given.map((one) => [one.key, one.hash + answers.get(one.key)]);
    const text = () => JSON.stringify({ v: 1, best, answers: Object.fromEntries(rows) });
    while (text().length > LONGEST) rows.pop();
    return text();
  }

  function restore() {
    let kept = {};
    try {
      kept = JSON.parse(platform.get('cmi.suspend_data')) || {};
    } catch { /* nothing of ours */ }
    if (kept.v !== 1) return;
    if (Number(kept.best) > best) best = Number(kept.best);
    for (const question of key.questions) {
      const text = String((kept.answers || {})[question.key] || '');
      const answer = text.slice(question.hash.length);
      if (text.startsWith(question.hash) && possible(question, answer)) settle(question, answer);
    }
  }

  // Whether a text can be an answer to a question: what a platform gives back may be anything.
  function possible(question, answer) {
    if (question.kind === 'numeric') return /^-?\d+(\.\d+)?$/.test(answer);
    if (question.kind === 'order') return [...answer].sort().join('') === [...question.right].sort().join('');
    return /^[a-z]+$/.test(answer);
  }

  // The section that stands at the top of the window; '' at the beginning, and where its name is too long.
  function reading() {
    const sections = [...document.querySelectorAll('main section[id]')];
    const above = sections.filter((one) => one.getBoundingClientRect().top < MARGIN);
    const id = above.length ? above.at(-1).id : '';
    return id.length < 256 ? id : '';
  }

  function save() {
    if (!platform.writing) return;
    const kept = platform.keep(remembered(), reading());
    $('kept').textContent = kept ? KEPT : 'The learning platform could not keep your progress just now.';
  }

  function leave() {
    const unread = !key.questions.length && platform.status() !== 'completed';
    platform.leave(unread || answers.size < key.questions.length, remembered(), reading());
  }

  function offerPlace() {
    const section = document.getElementById(platform.get('cmi.core.lesson_location'));
    const heading = section && section.querySelector('h2, h3, h4');
    if (!heading) return;
    const link = $('resume').querySelector('a');
    link.textContent = heading.textContent;
    link.href = `#${encodeURIComponent(section.id)}`;
    $('resume').hidden = false;
  }

  // --- numbers: decimals compared as they are written, so that 0.1 + 0.2 is 0.3 ------------------------

  const ENGLISH = document.documentElement.lang.startsWith('en');
  const COMMAS = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/; // 5,000.5
  const DOTS = /^[+-]?[1-9]\d{0,2}((\.\d{3})+,\d+|(\.\d{3}){2,})$/; // 5.000,5
  const PLAIN = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/; // 5.5 or 5,5

  // The numbers that a text may mean, the likeliest first: 5,000 is five thousand here, and five there.
  function readings(text) {
    const bare = text.replace(/[\s'’]/g, '').replace(/[−–]/g, '-');
    const found = [];
    if (PLAIN.test(bare)) found.push(bare.replace(',', '.'));
    if (COMMAS.test(bare)) found.push(bare.replaceAll(',', ''));
    if (DOTS.test(bare)) found.push(bare.replaceAll('.', '').replace(',', '.'));
    return (ENGLISH ? found.reverse() : found).map(canonical);
  }

  function canonical(number) {
    const [whole, part = ''] = number.replace(/[+-]/, '').split('.');
    const digits = whole.replace(/^0+(?=\d)/, '') || '0';
    const text = part ? `${digits}.${part}` : digits;
    return number.startsWith('-') && /[1-9]/.test(text) ? `-${text}` : text;
  }

  function near(number, question) {
    const three = [number, question.right, question.tolerance];
    const places = Math.max(...three.map((one) => (one.split('.')[1] || '').length));
    const [mine, right, tolerance] = three.map((one) => {
      const [whole, part = ''] = one.split('.');
      return BigInt(whole + part.padEnd(places, '0'));
    });
    const apart = mine > right ? mine - right : right - mine;
    return apart <= tolerance;
  }

  const isRight = (question, response) =>
    (question.kind === 'numeric' ? near(response, question) : response === question.right);

  // --- questions ---------------------------------------------------------------------------------

  const part = (question, selector) => question.box.querySelector(selector);
  const parts = (question, selector) => [...question.box.querySelectorAll(selector)];

  // The answer as it stands in the page; '' where there is none yet.
  function response(question) {
    if (question.kind === 'order') return order(question);
    if (question.kind !== 'numeric') return chosen(question);
    const meant = readings(part(question, 'input').value);
    return meant.find((number) => near(number, question)) || meant[0] || '';
  }

  const chosen = (question) => parts(question, 'input:checked').map((input) => input.value).join('');
  const order = (question) => parts(question, '.order > li').map((item) => item.dataset.letter).join('');

  function check(question) {
    const answer = response(question);
    const wanted = question.kind === 'numeric' ? 'Write a number, such as 12 or 0.5.' : 'Choose an answer.';
    part(question, '.problem').textContent = answer ? '' : wanted;
    if (!answer) {
      part(question, 'input').focus();
      return;
    }
    settle(question, answer);
    platform.tell(question, answer, isRight(question, answer));
    grade();
    save();
    part(question, '.outcome').focus();
  }

  // Show an answer as checked, with the reasons.
  function settle(question, answer) {
    const right = isRight(question, answer);
    answers.set(question.key, answer);
    fill(question, answer);
    part(question, 'fieldset').disabled = true;
    part(question, '.check').hidden = true;
    part(question, '.verdict').textContent = right ? '✓ Right.' : `✗ Not right.${solution(question)}`;
    question.box.classList.add(right ? 'right' : 'wrong');
    for (const option of parts(question, '.option')) {
      explain(question, option, answer.includes(option.dataset.letter));
    }
    part(question, '.outcome').hidden = false;
  }

  // The right answer in words; an order stands below in full.
  function solution(question) {
    if (question.kind === 'order') return '';
    if (question.kind !== 'numeric') return ` Right: ${question.right.toUpperCase().split('').join(', ')}.`;
    const near = /[1-9]/.test(question.tolerance) ? `, or up to ${question.tolerance} more or less` : '';
    return ` Right: ${question.right}${near}.`;
  }

  function explain(question, option, chosen) {
    const right = question.right.includes(option.dataset.letter);
    const mark = right ? `✓ Right${chosen ? '' : ', and not chosen'}.` : '✗ Not right.';
    option.querySelector('.mark').textContent = right || chosen ? mark : '';
    option.classList.add(right ? 'right' : 'wrong');
    option.classList.toggle('chosen', chosen);
    option.querySelector('.why').hidden = false;
  }

  // Put an answer into the page.
  function fill(question, answer) {
    for (const input of parts(question, '.option input')) input.checked = answer.includes(input.value);
    if (question.kind === 'numeric') part(question, 'input').value = part(question, 'input').value || answer;
    if (question.kind === 'order') arrange(question, answer);
  }

  function arrange(question, letters) {
    const list = part(question, '.order');
    for (const letter of letters) list.append(list.querySelector(`[data-letter="${letter}"]`));
    ends(list);
  }

  // The first item moves no further up, and the last one no further down.
  function ends(list) {
    for (const item of list.children) {
      item.querySelector('.up').disabled = !item.previousElementSibling;
      item.querySelector('.down').disabled = !item.nextElementSibling;
    }
  }

  function move(question, button) {
    const item = button.closest('li');
    const up = button.classList.contains('up');
    if (up) item.previousElementSibling.before(item);
    else item.nextElementSibling.after(item);
    const list = item.parentElement;
    ends(list);
    (button.disabled ? item.querySelector(up ? '.down' : '.up') : button).focus();
    const place = `${[...list.children].indexOf(item) + 1} of ${list.children.length}`;
    part(question, '.moved').textContent = `Now ${place}: ${item.querySelector('.words').textContent}`;
  }

  function clear(question) {
    part(question, 'fieldset').disabled = false;
    part(question, '.check').hidden = false;
    part(question, '.outcome').hidden = true;
    const marked = [question.box, ...parts(question, '.option')];
    for (const one of marked) one.classList.remove('right', 'wrong', 'chosen');
    for (const why of parts(question, '.why')) why.hidden = true;
    for (const input of parts(question, '.option input')) input.checked = false;
    for (const input of parts(question, '[type=text]')) input.value = '';
    for (const said of parts(question, '.moved, .problem')) said.textContent = '';
    if (question.kind === 'order') arrange(question, question.mixed);
  }

  // --- the quiz as a whole ---------------------------------------------------------------------------

  // Count, and once all is answered tell the platform. Before, no score is told: platforms judge a score as
  // soon as there is one, and would call an interrupted quiz failed.
  function grade() {
    const all = key.questions;
    const right = all.filter((one) => answers.has(one.key) && isRight(one, answers.get(one.key)));
    $('tally').textContent = `${answers.size} of ${all.length} answered, ${right.length} right`;
    $('progress').value = answers.size;
    const done = answers.size === all.length;
    $('again').hidden = !done;
    if (done) conclude(points(right), points(all));
  }

  const points = (questions) => questions.reduce((sum, one) => sum + one.points, 0);

  function conclude(reached, most) {
    const score = Math.floor((100 * reached) / most); // rounded up, 79.6 would pass with 80
    best = Math.max(best, score);
    const before = best > score ? ` Your best result is ${best} %.` : '';
    const verdict = score >= mastery ? 'You have passed.' : `To pass, you need ${mastery} %.`;
    $('result').textContent = `Your score: ${score} %. ${verdict}${before}`;
    $('result').className = `result ${score >= mastery ? 'right' : 'wrong'}`;
    platform.grade(best);
    platform.report(best >= mastery ? 'passed' : 'failed');
  }

  function again() {
    answers.clear();
    key.questions.forEach(clear);
    $('result').textContent = '';
    $('result').className = 'result';
    grade();
    save();
    part(key.questions[0], 'h3').focus();
  }

  function quiz() {
    const sight = new IntersectionObserver((seen) => {
      for (const one of seen) {
        const question = key.questions.find((each) => each.box === one.target);
        if (one.isIntersecting) question.seen ??= performance.now();
      }
    });
    for (const question of key.questions) {
      question.box = $(question.key);
      question.mixed = order(question);
      if (question.mixed) ends(part(question, '.order'));
      question.box.addEventListener('click', (event) => {
        const button = event.target.closest('button');
        if (button && button.matches('.check')) check(question);
        else if (button) move(question, button);
      });
      question.box.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && event.target.matches('input[type=text]')) check(question);
      });
      sight.observe(question.box);
    }
    $('mastery').textContent = mastery;
    $('again').addEventListener('click', again);
    restore();
    grade();
    if (best >= 0 && answers.size < key.questions.length) {
      $('result').textContent = `Your best result so far is ${best} %.`;
    }
  }

  // Without questions, who has come to the end has completed the module.
  function lecture() {
    const sight = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      sight.disconnect();
      $('result').textContent = 'You have come to the end: this module is completed.';
      if (platform.status() !== 'passed') platform.report('completed');
      save();
    });
    sight.observe(document.querySelector('footer'));
  }

  // --- begin -----------------------------------------------------------------------------------------

  const KEPT = {
    'true true': 'The learning platform keeps your progress.',
    'true false': 'The learning platform shows this module without keeping anything.',
    'false false': 'Opened without a learning platform: your progress is not kept.',
  }[`${platform.connected} ${platform.writing}`];
  $('kept').textContent = KEPT;
  $('kept').hidden = false;
  const wide = matchMedia('(min-width: 64em)');
  const unfold = () => { $('contents').open = wide.matches; };
  wide.addEventListener('change', unfold);
  unfold();
  offerPlace();
  if (key.questions.length) quiz();
  else lecture();
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
  addEventListener('pagehide', leave);
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
