import { createHash } from 'node:crypto';

export const hash = (text) => createHash('sha256').update(text).digest().readUInt32BE();

export const modulo = (nodes) => (h) => nodes[h % nodes.length];

export function ring(nodes, points) {            // so many places for each node
  const places = nodes
    .flatMap((node) => Array.from({ length: points },
      (_, i) => [hash(`${node}#${i}`), node]))
    .sort(([a], [b]) => a - b);
  return (h) => {
    let [low, high] = [0, places.length];        // the first place at or after h
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle][0] < h) low = middle + 1; else high = middle;
    }
    return places[low % places.length][1];       // past the last one: around to the first
  };
}
