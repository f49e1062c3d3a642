// One wheel of 512 slots against three wheels (60 s, 60 min, 24 h) for long waits.
function createWheel(size) {
  const slots = Array.from({ length: size }, () => new Map());
  let now = 0;
  return {
    touched: 0,
    add(id, due) {
      this.touched += 1;
      slots[due % size].set(id, due);
    },
    tick() {
      now += 1;
      const expired = [];
      for (const [id, due] of slots[now % size]) {
        this.touched += 1;
        if (due === now) expired.push(id);
      }
      for (const id of expired) slots[now % size].delete(id);
      return expired;
    },
  };
}

function createWheels(sizes = [60, 60, 24]) {
  const levels = sizes.map((size, i) => ({
    size,
    unit: sizes.slice(0, i).reduce((a, b) => a * b, 1),
    slots: Array.from({ length: size }, () => new Map()),
  }));
  const longest = sizes.reduce((a, b) => a * b, 1);
  let now = 0;
  return {
    touched: 0,
    add(id, due) {
      const wait = due - now;
      if (wait < 0 || wait > longest) throw new RangeError(`${wait} ticks ahead`);
      this.touched += 1;
      const level = levels.find(({ unit, size }) => wait < unit * size) ?? levels.at(-1);
      level.slots[Math.floor(due / level.unit) % level.size].set(id, due);
    },
    tick() {
      now += 1;
      for (const { unit, size, slots } of levels.slice(1).reverse()) {
        if (now % unit !== 0) continue;
        const slot = slots[(now / unit) % size];         // its time has come nearer:
        const entries = [...slot];
        slot.clear();
        for (const [id, due] of entries) this.add(id, due);    // hand them down
      }
      const slot = levels[0].slots[now % levels[0].size];
      const expired = [];
      for (const [id, due] of slot) {
        this.touched += 1;
        if (due !== now) throw new Error(`${id} is due at ${due}, not ${now}`);
        expired.push(id);
      }
      slot.clear();
      return expired;
    },
  };
}

let seed = 17;
const random = () => {                            // a small linear congruential generator
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const dues = Array.from({ length: 1_000 }, () => 1 + Math.floor(random() * 86_400));
for (const [name, wheel] of [['one wheel, 512 slots', createWheel(512)],
  ['one wheel, 4096 slots', createWheel(4_096)], ['three wheels', createWheels()]]) {
  dues.forEach((due, i) => wheel.add(i, due));
  let onTick = 0;
  for (let t = 1; t <= 86_400; t += 1) {
    for (const id of wheel.tick()) if (dues[id] === t) onTick += 1;
  }
  console.log(name.padEnd(22), `${onTick} on their tick,`,
    `${(wheel.touched / dues.length).toFixed(1)} touches a timer`);
}
