/* Finds things in the course: CourseSearch.find, once courseSearchIndex has been given the index. A word of the
   question is found by any name of a word, inflected, and if it is the last, by its beginning; one that is not there is
   taken for the nearest that is. Only where no document has all words, those with some are found. */
(() => {
  'use strict';

  const MOST = 30; // results that are shown
  const SHOWN = 48; // words of an excerpt, and what stands between them
  const LONGEST = 200; // characters of a question
  const [TITLE, KEYWORDS] = [1, 2]; // bits of the fields in which a word stands
  const FORMS = [1, 0.9, 0.6]; // worth of a word as it stands, without what joins it, of a part of it
  const COMMON = new Set(
    ('a an and are as at be by can do does for from how i in is it of on or so that the this to was what when ' +
      'where which who why with you').split(' '),
  );
  const ENDINGS = [['ies', 'y'], ['es', ''], ['s', ''], ['ing', ''], ['ing', 'e'], ['ed', ''], ['ed', 'e']];
  const SOUGHT = /[\p{L}\p{N}_]+(?:[-/'.:][\p{L}\p{N}_]+)*/gu;

  // --- what is meant -----------------------------------------------------------------------

  /** Other forms of an English word. Many are no words: those stand nowhere, and do no harm. */
  const inflected = (word) => {
    if (!/^\p{L}{2,}$/u.test(word)) return [];
    const roots = [word];
    for (const [ending, instead] of ENDINGS) {
      const root = word.slice(0, -ending.length);
      if (word.endsWith(ending) && root.length > 1 + (ending !== 's') && /[aeiouy]/.test(root)) {
        roots.push(root + instead, root.replace(/([^aeiou])\1$/, '$1'));
      }
    }
    const forms = roots.flatMap((root) => {
      const short = root.replace(/e$/, '');
      const double = root.replace(/([^aeiou][aeiou])([^aeiouwxy])$/, '$1$2$2');
      const plurals = /[aeiouy]/.test(root) ? [`${root}s`, `${root}es`, root.replace(/y$/, 'ies')] : [];
      return [root, ...plurals, `${short}ed`, `${short}ing`, `${double}ed`, `${double}ing`];
    });
    return forms.filter((form) => form !== word);
  };

  const beginning = ({ keys }, word) => {
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle] < word) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (end < keys.length && keys[end].startsWith(word)) end += 1;
    return keys.slice(low, end);
  };

  /** Fill a row of the table of edits from the two above it, as far from the diagonal as `limit`; the least of it. */
  const filled = (rows, depth, key, word, limit) => {
    const [row, above] = [rows[depth], rows[depth - 1]];
    const letter = key.charCodeAt(depth - 1);
    const first = Math.max(1, depth - limit);
    const last = Math.min(word.length, depth + limit);
    row[first - 1] = first === 1 ? depth : limit + 1;
    let least = row[first - 1];
    for (let column = first; column <= last; column += 1) {
      const other = word.charCodeAt(column - 1);
      let edits = above[column - 1] + (letter === other ? 0 : 1);
      if (above[column] + 1 < edits) edits = above[column] + 1;
      if (row[column - 1] + 1 < edits) edits = row[column - 1] + 1;
      const before = column > 1 && depth > 1 && key.charCodeAt(depth - 2) === other;
      const crossed = before && word.charCodeAt(column - 2) === letter;
      if (crossed && rows[depth - 2][column - 2] + 1 < edits) edits = rows[depth - 2][column - 2] + 1;
      row[column] = edits;
      if (edits < least) least = edits;
    }
    if (last < word.length) row[last + 1] = limit + 1;
    return least;
  };

  /** Keys (or with `open`, beginnings of keys) at most `limit` edits away: letters left out, added, changed, or two
      neighbours exchanged (optimal string alignment). The sorted keys are walked as a trie: rows of the table are kept
      for what a key shares with the one before, and keys below a hopeless beginning are passed over. */
  const near = ({ keys, shared }, word, limit, open) => {
    const [width, none] = [word.length + 1, limit + 1];
    const rows = Array.from({ length: width + none }, () => new Int16Array(width).fill(none));
    for (let column = 0; column < width; column += 1) rows[0][column] = column;
    const best = new Int16Array(width + none).fill(none);
    const found = [];
    let hopeless = Infinity;
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at];
      let depth = hopeless;
      if (shared[at] < hopeless) {
        hopeless = Infinity;
        depth = shared[at];
        while (depth < key.length && depth < hopeless) {
          depth += 1;
          if (filled(rows, depth, key, word, limit) > limit) hopeless = depth;
          best[depth] = Math.min(best[depth - 1], rows[depth][word.length]);
        }
      }
      const whole = depth === key.length ? rows[depth][word.length] : none;
      const edits = open ? best[depth] : whole;
      if (edits <= limit) found.push([key, edits]);
    }
    return found;
  };

  /** The nearest key: of several the one with the same first letter, then the most frequent; '' where none is near. */
  const nearest = (index, word, last) => {
    if (word.length < 4 || /\p{N}/u.test(word)) return '';
    const limit = word.length < 8 ? 1 : 2;
    let found = near(index, word, limit, false);
    if (!found.length && last && word.length > 4) found = near(index, word, limit, true);
    const weight = (entry) => index.within[entry >> 2] * FORMS[entry & 3];
    const often = (key) => index.named.get(key).reduce((sum, entry) => sum + weight(entry), 0);
    const rows = found.map(([key, edits]) => [edits, key[0] === word[0] ? 0 : 1, -often(key), key]);
    rows.sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
    return rows.length ? rows[0][3] : '';
  };

  /** A word of the question: keys it may stand for, each with how well, and the word that is `meant` by one that the
      course does not have. */
  const understood = (index, word, last) => {
    const keys = new Map();
    const add = (key, fit) => {
      if (index.named.has(key) && !(keys.get(key) >= fit)) keys.set(key, fit);
    };
    const take = (said, whole) => {
      add(said, whole);
      for (const form of inflected(said)) add(form, 0.8 * whole);
      if (keys.size && (!last || /^\p{N}+$/u.test(said))) return;
      for (const key of beginning(index, said)) add(key, (0.4 + (0.4 * said.length) / key.length) * whole);
    };
    take(word, 1);
    const bare = word.replace(/[^\p{L}\p{N}]/gu, '');
    if (bare) add(bare, 0.9);
    const meant = keys.size ? '' : nearest(index, word, last);
    if (meant) take(meant, 0.7);
    return { word, keys, meant, common: COMMON.has(word) };
  };

  /** The words of a question that tell something; a joined word that is not there counts as its parts. */
  const parsed = (index, question) => {
    const words = index.fold(question).match(SOUGHT) ?? [];
    const open = !/\s$/.test(question);
    const made = words.flatMap((word, at) => {
      const last = open && at === words.length - 1;
      const whole = understood(index, word, last);
      const parts = word.match(/\p{L}+|\p{N}+/gu) ?? [];
      const apart = !whole.keys.size && parts.length > 1 && !parts.some((part) => /^\p{L}$/u.test(part));
      return apart ? parts.map((part) => understood(index, part, last)) : [whole];
    });
    const telling = made.filter((word) => !word.common);
    return telling.length ? telling : made;
  };

  // --- ranking -----------------------------------------------------------------------------

  /** How well each document answers a word, by the heaviest field and the rarity of the word. `titled` is the same
      for titles alone. */
  const scored = (index, { keys }) => {
    const { docs, named, head, next, doc, fields, often, mean } = index;
    const [scores, titled] = [new Float32Array(docs.length), new Float32Array(docs.length)];
    for (const [key, fit] of keys) {
      for (const entry of named.get(key)) {
        const worth = fit * FORMS[entry & 3];
        for (let at = head[entry >> 2]; at; at = next[at]) {
          const { at: number, weight, length } = docs[doc[at]];
          const inText = often[at] / (often[at] + 0.5 + length / mean);
          const inTitle = fields[at] & TITLE ? weight : 0;
          const score = worth * (inTitle + (fields[at] & KEYWORDS ? 1.2 : 0) + inText);
          if (score > scores[number]) scores[number] = score;
          if (inTitle && worth > titled[number]) titled[number] = worth;
        }
      }
    }
    const held = scores.reduce((sum, score) => sum + (score > 0), 0);
    return { scores, titled, rarity: Math.log(1 + (docs.length - held + 0.5) / (held + 0.5)) };
  };

  /** Documents with all words, or where there is none, with some (`all` is false), the best first. A word may stand in
      the title of the module or section instead, but not every word. */
  const ranked = (index, words) => {
    const each = words.map((word) => scored(index, word));
    const rows = index.docs.map((doc) => {
      let [score, own, missing, covered] = [0, 0, 0, 0];
      for (const { scores, titled, rarity } of each) {
        const around = Math.max(titled[doc.top], titled[doc.section]);
        if (scores[doc.at]) own += 1;
        else if (!around) missing += 1;
        score += rarity * (scores[doc.at] || 0.2 * around);
        covered += titled[doc.at];
      }
      return { doc, own, missing, score: score * (1 + covered / Math.max(doc.titled, words.length)) };
    });
    const better = (one, other) => one.missing - other.missing || other.score - one.score || one.doc.at - other.doc.at;
    const found = rows.filter((row) => row.own).sort(better);
    const whole = found.filter((row) => !row.missing);
    return { all: whole.length > 0, rows: whole.length ? whole : found };
  };

  // --- what is shown -----------------------------------------------------------------------

  /** A text as pieces: [words, whether they are marked]. Between two words there is a space. */
  const pieces = ({ words, spoken }, numbers, on) =>
    numbers.flatMap((number, at) => {
      const before = at ? numbers[at - 1] : -1;
      const gap = spoken[number] && spoken[before] ? [[' ', on[number] > 0 && on[before] > 0]] : [];
      return [...gap, [words[number], on[number] > 0]];
    });

  /** Where the excerpt of a text begins and ends: around most of the words, at the beginning of a sentence. */
  const excerpt = ({ words, spoken }, numbers, on) => {
    let [most, at] = [0, 0];
    numbers.forEach((number, begin) => {
      if (!on[number]) return;
      const close = numbers.slice(begin, begin + SHOWN / 2).map((other) => on[other]).filter(Boolean);
      const worth = 8 * new Set(close).size + close.length;
      if (worth > most) [most, at] = [worth, begin];
    });
    let from = Math.max(0, at - SHOWN / 4);
    for (let back = at; back > from; back -= 1) {
      if (/^[.!?:]\s/.test(words[numbers[back - 1]])) from = back;
    }
    while (from < at && !spoken[numbers[from]]) from += 1;
    return [from, Math.min(numbers.length, from + SHOWN)];
  };

  /** A document as it is shown: its keywords in the place of its text where only they answer. */
  const shown = (index, doc, on) => {
    const [title, keywords, text, unseen] = [0, 1, 2, 3].map((field) => index.said(doc, field));
    const answers = (numbers) => numbers.some((number) => on[number]);
    const visible = answers(title) || answers(text);
    const body = !visible && answers(keywords) ? keywords : text;
    const [from, to] = excerpt(index, body, on);
    const apart = !visible && body === text && answers(unseen) ? [['In the model answer. ', false]] : [];
    const [before, after] = [from ? [['… ', false]] : [], to < body.length ? [[' …', false]] : []];
    const section = index.said(index.docs[doc.section], 0);
    const within = doc.section === doc.top ? [] : [' › ', ...pieces(index, section, []).map(([said]) => said)];
    const module = doc.at === doc.top ? [] : [': ', doc.module];
    return {
      kind: doc.label,
      address: doc.address,
      place: [`Module ${doc.number}`, ...module, ...within].join(''),
      title: pieces(index, title, on),
      text: [...apart, ...before, ...pieces(index, body.slice(from, to), on), ...after],
    };
  };

  /** Words of the index by the words of the question that they answer (bits). */
  const lit = (index, words) => {
    const on = new Uint8Array(index.words.length);
    words.forEach((word, at) => {
      for (const key of word.keys.keys()) for (const entry of index.named.get(key)) on[entry >> 2] |= 1 << at % 8;
    });
    return on;
  };

  /** What a question finds: how many documents, the first of them as they are shown, whether they have `all` words, and
      which words were `unknown`, with the question that was `meant` instead. */
  const find = (index, question) => {
    const words = parsed(index, question.slice(0, LONGEST));
    const { all, rows } = words.length ? ranked(index, words) : { all: true, rows: [] };
    const on = lit(index, words);
    const unknown = words.filter((word) => word.meant).map((word) => word.word);
    const meant = words.map((word) => word.meant || word.word).join(' ');
    const results = rows.slice(0, MOST).map((row) => shown(index, row.doc, on));
    return { count: rows.length, all, unknown, meant, results };
  };

  window.courseSearchIndex = (data) => {
    const index = window.CourseSearch.read(data);
    window.CourseSearch.find = (question) => find(index, question);
  };
})();
