// The platform that shows a package, as the player sees it: SCORM 1.2 Run-Time Environment, chapter 3. Where
// there is none, or it fails, nothing is kept and nothing stops.
// A classic script, packed as platform.js: modules do not load from file://.
globalThis.platform = (() => {
  'use strict';

  const LEVELS = 10; // windows above this one in which the platform's API is looked for
  const LONGEST = 9999 * 360000 + 359999; // a time span of 9999:59:59.99, in hundredths of a second

  // The API adapter of a window or of one above it (3.3.6.1).
  function adapter(window) {
    let here = window;
    for (let level = 0; here && level <= LEVELS; level += 1) {
      try {
        if (here.API && here.API.LMSInitialize) return here.API;
      } catch { /* a window of another origin: one above it may be ours */ }
      if (here.parent === here) return null;
      here = here.parent;
    }
    return null;
  }

  const api = adapter(window) || adapter(window.opener) || adapter(window.top.opener);

  // What an API function gives, as text; '' where it fails.
  function call(name, ...values) {
    try {
      return String(api[name](...values));
    } catch {
      return '';
    }
  }

  const begun = performance.now();
  let connected = Boolean(api) && call('LMSInitialize', '') === 'true';
  const get = (element) => (connected ? call('LMSGetValue', element) : '');
  const writing = connected && !['review', 'browse'].includes(get('cmi.core.lesson_mode'));
  const tells = (...words) => connected && writing && call(...words) === 'true';
  const set = (element, value) => tells('LMSSetValue', element, String(value));
  let status = get('cmi.core.lesson_status');
  let told = Number(get('cmi.interactions._count')) || 0;

  // A time span, HHHH:MM:SS.SS.
  function span(milliseconds) {
    const all = Math.min(Math.max(Math.round(milliseconds / 10), 0), LONGEST);
    const two = (number) => String(Math.floor(number)).padStart(2, '0');
    return `${two(all / 360000)}:${two((all / 6000) % 60)}:${two((all / 100) % 60)}.${two(all % 100)}`;
  }

  function report(now) {
    status = now;
    set('cmi.core.lesson_status', now);
  }

  // The score, in percent, that is enough; the platform may say another than the package.
  function mastery(own) {
    const given = get('cmi.student_data.mastery_score');
    return given.trim() && Number(given) >= 0 ? Number(given) : own;
  }

  // The best score of earlier sessions; -1 where there is none.
  function earlier() {
    const raw = ['passed', 'failed'].includes(status) ? get('cmi.core.score.raw') : '';
    return raw === '' ? -1 : Number(raw);
  }

  function grade(score) {
    set('cmi.core.score.raw', score);
    set('cmi.core.score.min', 0);
    set('cmi.core.score.max', 100);
  }

  // An answer joins the journal of interactions; many platforms keep none, which is no error.
  function tell(question, response, right) {
    const row = `cmi.interactions.${told}`;
    const said = (text) => (question.kind === 'numeric' ? text : text.split('').join(','));
    told += 1;
    set(`${row}.id`, question.id);
    set(`${row}.time`, new Date().toTimeString().slice(0, 8));
    set(`${row}.type`, question.type);
    set(`${row}.weighting`, question.points);
    set(`${row}.correct_responses.0.pattern`, said(question.right));
    set(`${row}.student_response`, said(response));
    set(`${row}.result`, right ? 'correct' : 'wrong');
    set(`${row}.latency`, span(performance.now() - (question.seen ?? begun)));
  }

  // Keep the state of the player and the place of reading; says whether the platform did.
  function keep(state, place) {
    set('cmi.suspend_data', state);
    set('cmi.core.lesson_location', place);
    set('cmi.core.session_time', span(performance.now() - begun));
    return commit();
  }

  const commit = () => tells('LMSCommit', '');

  // The end of the session, once. `open` says that the learner has something to come back to.
  function leave(open, state, place) {
    if (!connected) return;
    set('cmi.core.exit', open ? 'suspend' : '');
    keep(state, place);
    call('LMSFinish', '');
    connected = false;
  }

  if (['not attempted', 'browsed', 'unknown', ''].includes(status)) report('incomplete');
  commit();

  return {
    connected, writing, get, report, mastery, earlier, grade, tell, keep, leave, status: () => status,
  };
})();
