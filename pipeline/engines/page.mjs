async (axed) => {
  // Looks at a page: by how many pixels it is wider than the screen, and what axe-core finds.
  await document.fonts.ready;
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (!axed) return [wide, []];
  const found = await axe.run(document, { resultTypes: ['violations'], preload: false });
  return [wide, found.violations.flatMap((rule) => rule.nodes.map((node) =>
    [rule.id, rule.impact ?? '', rule.help, node.html.slice(0, 120)]))];
}
