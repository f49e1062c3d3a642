export function createFifo(capacity) {
  const map = new Map();                         // a Map remembers the order of insertion
  return {
    get: (key) => map.get(key),
    set(key, value) {
      if (!map.has(key) && map.size >= capacity) map.delete(map.keys().next().value);
      map.set(key, value);
    },
  };
}

export function createLru(capacity) {
  const map = new Map();
  return {
    get(key) {
      if (!map.has(key)) return undefined;
      const value = map.get(key);
      map.delete(key);                           // each hit moves the entry to the end
      map.set(key, value);
      return value;
    },
    set(key, value) {
      if (map.has(key)) map.delete(key);
      else if (map.size >= capacity) map.delete(map.keys().next().value);
      map.set(key, value);
    },
  };
}

export function createSieve(capacity) {
  const nodes = new Map();
  let [newest, oldest, hand] = [null, null, null];

  function unlink(node) {
    if (node === hand) hand = node.newer;
    if (node.newer) node.newer.older = node.older; else newest = node.older;
    if (node.older) node.older.newer = node.newer; else oldest = node.newer;
    nodes.delete(node.key);
  }
  function evict() {
    let node = hand ?? oldest;
    while (node.visited) {                       // asked for since: spare it this time
      node.visited = false;
      node = node.newer ?? oldest;
    }
    hand = node;
    unlink(node);                                // the hand stays where it is, one further
  }
  return {
    get(key) {
      const node = nodes.get(key);
      if (node) node.visited = true;             // a hit sets one bit, nothing moves
      return node?.value;
    },
    set(key, value) {
      if (nodes.has(key)) { nodes.get(key).value = value; return; }
      if (nodes.size >= capacity) evict();
      const node = { key, value, visited: false, newer: null, older: newest };
      if (newest) newest.newer = node; else oldest = node;
      newest = node;
      nodes.set(key, node);
    },
    delete(key) { if (nodes.has(key)) unlink(nodes.get(key)); },
    get size() { return nodes.size; },
  };
}
