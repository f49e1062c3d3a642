async ([width, height, all, axed]) => {
  // Looks at the slides of a deck, each with its last step reached. `all`: or only those whose source is no
  // module's. `axed`: whether axe-core, which is in the page then, looks too. Lengths are those of the slide.
  await document.fonts.ready;
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const leaves = function* (slide) {
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
      (node) => (node.matches?.('aside.notes') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.matches('img, svg, video, canvas')) yield [node, node, [node.getBoundingClientRect()]];
      } else if (node.data.trim()) {
        const range = document.createRange();
        range.selectNodeContents(node);
        yield [node, node.parentElement, [...range.getClientRects()]];
      }
    }
  };
  const drawn = (node) => node.nodeName !== 'IMG' || node.naturalWidth > 0;
  const clipped = (element) => {
    const style = getComputedStyle(element);
    if (style.overflowX === 'visible' || style.textOverflow === 'ellipsis') return 0;
    return Math.max(element.scrollHeight - element.clientHeight, element.scrollWidth - element.clientWidth);
  };
  const words = (element) => {
    const block = element.closest('li, tr, pre, p, figure, h1, h2') ?? element;
    return (block.textContent.trim() || block.querySelector('img')?.alt || '').replace(/\s+/g, ' ').slice(0, 60);
  };
  const measured = (slide) => {
    const scale = Reveal.getScale(), origin = slide.getBoundingClientRect();
    const foot = [...slide.querySelectorAll('.foot > *')].map((part) => part.getBoundingClientRect());
    let over = 0, first = '', seen = false;
    const past = (by, element) => {
      if (by > 1 && !first) first = words(element);
      over = Math.max(over, by);
    };
    for (const [node, element, boxes] of leaves(slide)) {
      for (const box of boxes.filter((box) => box.width > 0 && box.height > 0)) {
        const left = (box.left - origin.left) / scale, top = (box.top - origin.top) / scale;
        const right = left + box.width / scale, bottom = top + box.height / scale;
        const ellipsis = element.closest('.foot') && getComputedStyle(element).textOverflow === 'ellipsis';
        if (!ellipsis) past(Math.max(-left, -top, right - width, bottom - height), element);
        const under = element.closest('.foot') ? undefined : foot.find((part) => box.bottom > part.top + 1
          && box.top < part.bottom && box.right > part.left && box.left < part.right);
        if (under) past((box.bottom - under.top) / scale, element);
        if (seen || element.closest('.foot') || !shown(element) || !drawn(node)) continue;
        const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        seen = hit !== null && slide.contains(hit);
      }
    }
    for (const element of slide.querySelectorAll(':not(aside.notes, aside.notes *)')) past(clipped(element), element);
    return [Math.round(over), first, !seen];
  };
  const judged = async (target) => {
    if (!axed) return [];
    const found = await axe.run(target, { resultTypes: ['violations'] });
    return found.violations.flatMap((rule) => rule.nodes.map((node) =>
      [rule.id, rule.impact ?? '', rule.help, node.html.slice(0, 120)]));
  };
  const rows = [];
  for (const [number, slide] of Reveal.getSlides().entries()) {
    if (!all && slide.dataset.source?.includes('--')) continue;
    const at = Reveal.getIndices(slide);
    Reveal.slide(at.h, at.v);
    while (Reveal.nextFragment());
    const target = rows.length ? slide : document;
    rows.push([slide.id || `slide ${number + 1}`, slide.dataset.source ?? '',
      slide.getAttribute('aria-label') ?? '', ...measured(slide), await judged(target)]);
  }
  return rows;
}
