/* Reads the index of the search: CourseSearch.read makes of its data what search-find.js looks into. The index holds
   the text of all that can be found, a character for each word (its form is described where it is made); one pass over
   it gives an inverted index. A word has several names: `Retry-After` is found by retry-after, retryafter, retry and
   after. */
(() => {
  'use strict';

  const KINDS = {
    m: { label: 'Module', weight: 3 },
    s: { label: 'Section', weight: 2.4 },
    u: { label: 'Section', weight: 2.4 },
    e: { label: 'Exercise', weight: 2 },
    q: { label: 'Quiz question', weight: 1.4 },
    i: { label: 'Interview question', weight: 1.4, page: 'practice/index.html' },
    t: { label: 'Term', weight: 3, page: 'glossary/index.html' },
  };
  const FIELDS = 4; // title, keywords, text, and what is found and not shown
  const PIECE = /[\p{L}\p{M}\p{N}]+/gu;
  const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|[\p{L}\p{M}]+|\p{N}+/gu;

  // --- words -------------------------------------------------------------------------------

  /** Small letters without marks (Unicode Standard Annex 15, NFKD). */
  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[‘’]/g, "'").toLowerCase();

  /** The names of a word, each with its form: 0 as it stands, 1 without what joins it, 2 a part of it. */
  function* names(word) {
    yield [fold(word), 0];
    if (/^[A-Za-z]?[a-z]*$/.test(word)) return;
    const pieces = word.match(PIECE) ?? [];
    if (pieces.length > 1) yield [fold(pieces.join('')), 1];
    for (const piece of pieces) {
      for (const part of new Set([piece, ...piece.match(PART)])) {
        if (part.length > 1 || /\p{N}/u.test(part)) yield [fold(part), 2];
      }
    }
  }

  /** Words, each written as how many letters it shares with the one before, and the others (front coding). */
  const spelled = (lines) => {
    let word = '';
    return lines.map((line) => {
      word = word.slice(0, parseInt(line[0], 36)) + line.slice(1);
      return word;
    });
  };

  /** Sorted names (`keys`), the words of each (`named`: the number of a word times 4, and the form), and how many
      letters each key shares with the one before. */
  const listed = (words, spoken) => {
    const named = new Map();
    words.forEach((word, number) => {
      if (!spoken[number]) return;
      for (const [name, form] of names(word)) {
        const held = named.get(name);
        if (held) held.push(number * 4 + form);
        else named.set(name, [number * 4 + form]);
      }
    });
    const keys = [...named.keys()].sort();
    const shared = Uint8Array.from(keys, (key, at) => {
      let length = 0;
      while (at && length < 255 && length < key.length && key[length] === keys[at - 1][length]) length += 1;
      return length;
    });
    return { named, keys, shared };
  };

  // --- texts -------------------------------------------------------------------------------

  /** Numbers of words by their characters: all from ! on but a few. */
  const ordered = () => {
    const order = new Int32Array(0x10000).fill(-1);
    const within = (code, first, last) => code >= first && code <= last;
    let count = 0;
    for (let code = 0x21; code < 0x10000; code += 1) {
      const none = code === 0x22 || code === 0x5c || within(code, 0x7f, 0xa0) || within(code, 0xd800, 0xdfff);
      if (!none) order[code] = count++;
    }
    return { order, count };
  };

  /** The number of the word at a place of the text: what is above U+FFFF takes two units (UTF-16). */
  const reader = (text) => {
    const { order, count } = ordered();
    return (at) => {
      const number = order[text.charCodeAt(at)];
      return number < 0 ? count + text.codePointAt(at) - 0x10000 : number;
    };
  };

  /** Where each word stands: `head` is the last place of a word, `next` the place before, 0 none; a place is a document
      with its fields (bits) and how often the word is in its text. `starts` are the beginnings of all fields. */
  const posted = (text, word, words, docs) => {
    const size = text.length + 1;
    const [next, doc] = [new Int32Array(size), new Int32Array(size)];
    const [fields, often] = [new Uint8Array(size), new Uint16Array(size)];
    const [head, within] = [new Int32Array(words), new Int32Array(words)];
    const starts = new Uint32Array(docs * FIELDS + 1);
    let [field, last, ended] = [0, 0, 0];
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === 0x20) {
        ended += 1;
        starts[ended] = at + 1;
        field = ended % FIELDS;
        continue;
      }
      const number = word(at);
      if (unit >= 0xd800 && unit <= 0xdbff) at += 1;
      const document = (ended - field) / FIELDS;
      if (!head[number] || doc[head[number]] !== document) {
        last += 1;
        next[last] = head[number];
        doc[last] = document;
        head[number] = last;
        within[number] += 1;
      }
      fields[head[number]] |= 1 << field;
      if (field > 1) often[head[number]] += 1;
    }
    return { next, doc, fields, often, head, within, starts };
  };

  /** Documents, each with the numbers of the module and the section that hold it. */
  const documents = (data, starts) => {
    const anchors = data.anchors.split('\n');
    let [top, section, module] = [0, 0, -1];
    return [...data.kinds].map((letter, at) => {
      if (letter === 'm') [top, section, module] = [at, at, module + 1];
      if (letter === 's') section = at;
      const [id, number, name] = data.modules[module];
      const { label, weight, page = `modules/${id}/index.html` } = KINDS[letter];
      const first = at * FIELDS;
      return {
        at, label, weight, number, module: name, top,
        section: 'mst'.includes(letter) ? top : section,
        address: anchors[at] ? `${page}#${anchors[at]}` : page,
        titled: starts[first + 1] - starts[first] - 1,
        length: starts[first + FIELDS] - starts[first],
      };
    });
  };

  /** All that is known of the course. `said` gives the words of a field of a document. */
  window.CourseSearch.read = (data) => {
    const { text, kinds } = data;
    const words = spelled(data.words.split('\n'));
    const spoken = words.map((word) => /^[\p{L}\p{N}_]/u.test(word));
    const word = reader(text);
    const places = posted(text, word, words.length, kinds.length);
    const docs = documents(data, places.starts);
    const said = (doc, field) => {
      const first = doc.at * FIELDS + field;
      const found = [];
      const [from, end] = places.starts.slice(first, first + 2);
      for (let at = from; at < end - 1; at += text.codePointAt(at) > 0xffff ? 2 : 1) found.push(word(at));
      return found;
    };
    return { words, spoken, ...listed(words, spoken), ...places, docs, said, fold, mean: text.length / docs.length };
  };
})();
