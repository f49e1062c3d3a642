// Two regions. Each show has one home, where its numbered seats are sold. The home of a
// show has a number that grows with each move; it sells only under the number it holds.
export function createRegions(names) {
  let cut = false;
  const regions = {};
  const reaches = (from, to) => from === to || !cut;

  for (const name of names) {
    const homes = new Map();                   // show -> { number, sold }: what lives here
    const places = new Map();                  // show -> { home, number }: may be outdated

    const sellHere = (show, seat, customer, number) => {
      const mine = homes.get(show);
      if (!mine) return { ok: false, why: 'not the home' };
      if (number !== mine.number) return { ok: false, why: 'moved' };
      if (mine.sold.has(seat)) return { ok: false, why: 'taken' };
      mine.sold.set(seat, customer);
      return { ok: true, home: name };
    };
    regions[name] = {
      name, homes, places, sellHere,
      sell(show, seat, customer) {               // asked by a customer in this region
        const place = places.get(show);
        if (place.home === name) return sellHere(show, seat, customer, place.number);
        if (!reaches(name, place.home)) return { ok: false, why: 'home away' };
        return regions[place.home].sellHere(show, seat, customer, place.number);
      },
    };
  }

  return {
    regions,
    cut(value) { cut = value; },
    open(show, home) {
      regions[home].homes.set(show, { number: 1, sold: new Map() });
      for (const name of names) regions[name].places.set(show, { home, number: 1 });
    },
    move(show, to, tell = names) {               // both must be there: the old home lets go
      const from = names.find((name) => regions[name].homes.has(show));
      if (!reaches(from, to)) return { ok: false, why: 'home away' };
      const { number, sold } = regions[from].homes.get(show);
      regions[from].homes.delete(show);          // first nobody sells, then the other
      regions[to].homes.set(show, { number: number + 1, sold });
      const place = { home: to, number: number + 1 };
      for (const name of tell) regions[name].places.set(show, place);
      return { ok: true, number: number + 1 };
    },
  };
}
