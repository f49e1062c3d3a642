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
  // Contrast (WCAG 2.2, 1.4.3) of each text with the nearest background behind it that is not transparent: axe-core
  // leaves a text undecided where another box touches it.
  const color = (written) => (written.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = color(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const contrast = (element) => {
    const [dim, bright] = [luminance(color(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => a - b);
    return (bright + 0.05) / (dim + 0.05);
  };
  const faint = (slide) => {
    const found = new Map();
    for (const [node, element] of leaves(slide)) {
      if (node.nodeType !== Node.TEXT_NODE || !shown(element)) continue;
      const style = getComputedStyle(element), size = parseFloat(style.fontSize);
      const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
      const ratio = contrast(element);
      if (ratio < least) found.set(element, ratio);
    }
    return [...found].map(([element, ratio]) => ['color-contrast', 'serious',
      `the text has a contrast of ${ratio.toFixed(2)} to what is behind it`, element.outerHTML.slice(0, 120)]);
  };
  const judged = async (target) => {
    if (!axed) return [];
    const found = await axe.run(target, { resultTypes: ['violations'], preload: false });
    return found.violations.filter((rule) => rule.id !== 'color-contrast').flatMap((rule) => rule.nodes.map((node) =>
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
      slide.getAttribute('aria-label') ?? '', ...measured(slide), [...faint(slide), ...(await judged(target))]]);
  }
  return rows;
}
