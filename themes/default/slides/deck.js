/* Starts the deck, and lets lines of code stand out as their steps are reached. */
(() => {
  const ranges = (step) => step.dataset.lines.split(',').map((range) => range.split('-').map(Number));
  const stepped = () => {
    for (const code of Reveal.getCurrentSlide()?.querySelectorAll('.code:has(.step)') ?? []) {
      const reached = [...code.querySelectorAll('.step.visible')].pop();
      const on = reached ? ranges(reached) : [];
      code.classList.toggle('stepped', on.length > 0);
      code.querySelectorAll('.line').forEach((line, at) => {
        line.classList.toggle('on', on.some(([first, last]) => at + 1 >= first && at + 1 <= last));
      });
    }
  };
  Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    hash: true,
    transition: 'none',
    backgroundTransition: 'none',
    controlsTutorial: false,
    scrollLayout: 'compact',
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    plugins: [RevealNotes],
  });
  for (const event of ['ready', 'slidechanged', 'fragmentshown', 'fragmenthidden']) Reveal.on(event, stepped);
})();
