// Names what is wrong with the spans of one trace ID, as far as the spans can tell.
export function diagnose(spans, { entrances, toleranceMs = 1 }) {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const findings = [];
  const say = (span, what) => findings.push(`${span.name}: ${what}`);
  for (const span of spans) {
    const parent = byId.get(span.parentId);
    if (!span.parentId) {
      if (!entrances.includes(span.name)) say(span, 'root that is no entrance: context lost');
      continue;
    }
    if (!parent) { say(span, 'parent missing: not instrumented, dropped, or not yet here'); continue; }
    const before = span.start < parent.start - toleranceMs;
    const after = span.end > parent.end + toleranceMs;
    if (!before && !after) continue;
    if (span.service !== parent.service) say(span, 'outside its call: clocks differ, or nobody waited');
    else if (span.start >= parent.end) say(span, 'begins after its parent ended: foreign or detached');
    else say(span, 'outlives its parent: nobody waited');
  }
  const roots = spans.filter(({ parentId }) => !parentId);
  if (roots.length > 1) findings.push(`${roots.length} roots: an ID was reused`);
  return findings;
}
