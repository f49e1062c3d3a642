// A customer's list of watched shows, changed on two devices: an observed-remove set.
// Each addition gets a tag of its own. Removing a show removes the tags seen so far, so
// an addition that the remover had not seen survives. Both sets grow; merging is union.
export function createWatchlist(device) {
  let [added, removed, counter] = [new Map(), new Set(), 0];   // tag -> show; tags
  const alive = () => [...added].filter(([tag]) => !removed.has(tag));
  return {
    add(show) {
      counter += 1;
      added = new Map([...added, [`${device}${counter}`, show]]);
    },
    remove(show) {
      const tags = alive().filter(([, name]) => name === show).map(([tag]) => tag);
      removed = new Set([...removed, ...tags]);
    },
    shows: () => [...new Set(alive().map(([, show]) => show))].sort(),
    state: () => ({ added: new Map(added), removed: new Set(removed) }),
    merge(other) {
      added = new Map([...added, ...other.added]);
      removed = new Set([...removed, ...other.removed]);
    },
  };
}
