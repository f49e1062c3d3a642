const HEX = /^[0-9a-f]+$/;
const nonZero = (text, length) => text.length === length && HEX.test(text) && !/^0+$/.test(text);

// Parses version 00 exactly, and of a higher version what this one knows.
export function parse(header) {
  if (typeof header !== 'string' || header.length < 55) return undefined;
  const [version, traceId, spanId, flags] = [
    header.slice(0, 2), header.slice(3, 35), header.slice(36, 52), header.slice(53, 55)];
  const dashes = header[2] === '-' && header[35] === '-' && header[52] === '-';
  const rest = header.slice(55);
  if (!dashes || !HEX.test(version) || version === 'ff') return undefined;
  if (version === '00' ? rest !== '' : rest !== '' && rest[0] !== '-') return undefined;
  if (!nonZero(traceId, 32) || !nonZero(spanId, 16) || !HEX.test(flags)) return undefined;
  return { traceId, spanId, sampled: (parseInt(flags, 16) & 1) === 1 };
}

// At the edge nobody's ID or decision is taken over; inside, both are.
export function admit({ traceparent, tracestate, baggage }, { edge, newId, sample, allowed = [] }) {
  const claim = parse(traceparent);
  const items = (baggage ?? '').split(',').map((item) => item.trim()).filter(Boolean);
  const kept = edge ? [] : items.filter((item) => allowed.includes(item.split('=')[0]));
  if (edge || !claim) {
    const traceId = newId();
    return { traceId, parentId: undefined, sampled: sample(traceId),
      links: edge && claim ? [{ traceId: claim.traceId, spanId: claim.spanId }] : [],
      tracestate: undefined, baggage: kept };
  }
  return { traceId: claim.traceId, parentId: claim.spanId, sampled: claim.sampled, links: [],
    tracestate, baggage: kept };
}
