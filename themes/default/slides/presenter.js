/* Filters the decks as one types, and lists the slides whose titles match. */
(() => {
  const slides = JSON.parse(document.getElementById('slides').textContent);
  const form = document.querySelector('form[role=search]');
  const input = document.getElementById('sought');
  const track = document.getElementById('track');
  const status = document.getElementById('found');
  const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const link = (module, [title, number]) => {
    const row = document.createElement('li');
    const anchor = document.createElement('a');
    anchor.href = `${module}/index.html#/slide-${number}`;
    anchor.textContent = title;
    row.append(anchor);
    return row;
  };
  const search = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const matches = (text) => words.every((word) => plain(text).includes(word));
    const inTrack = (deck) => !track.value || deck.dataset.tracks.split(' ').includes(track.value);
    let decks = 0;
    let hits = 0;
    for (const deck of document.querySelectorAll('.deck')) {
      const module = deck.dataset.module;
      const titles = slides[module].map((title, at) => [title, at + 1]);
      const found = words.length ? titles.filter(([title]) => matches(title)) : [];
      const list = deck.querySelector('.hits');
      list.replaceChildren(...found.map((row) => link(module, row)));
      list.hidden = !found.length;
      const said = !words.length || found.length > 0 || matches(deck.dataset.said);
      deck.hidden = !(said && inTrack(deck));
      decks += !deck.hidden;
      hits += deck.hidden ? 0 : found.length;
    }
    for (const part of document.querySelectorAll('.part')) {
      part.hidden = !part.querySelector('.deck:not([hidden])');
    }
    const counted = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;
    status.textContent = words.length ? `${counted(hits, 'slide')} in ${counted(decks, 'deck')}` : '';
  };
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  input.addEventListener('input', search);
  track.addEventListener('change', search);
})();
