const TICKS_PER_MS = 4;                          // one arrival a tick: 4,000 per second
const FROM = 5_000 * TICKS_PER_MS;               // sample after warm-up
const TO = 15_000 * TICKS_PER_MS;

function simulate(stayMs) {
  const leaving = new Map();                     // tick -> how many leave
  let inside = 0;
  let area = 0;
  let stays = 0;
  for (let tick = 0; tick < TO; tick += 1) {
    inside -= leaving.get(tick) ?? 0;
    leaving.delete(tick);
    const until = tick + stayMs(tick) * TICKS_PER_MS;
    leaving.set(until, (leaving.get(until) ?? 0) + 1);
    inside += 1;
    if (tick >= FROM) {
      area += inside;
      stays += stayMs(tick);
    }
  }
  const samples = TO - FROM;
  const rate = TICKS_PER_MS * 1_000;
  const W = stays / samples;
  return { counted: area / samples, W, predicted: (rate * W) / 1_000 };
}

const cases = {
  'all 50 ms': () => 50,
  '1 in 100 takes 2,050 ms': (tick) => (tick % 100 === 0 ? 2_050 : 50),
};
for (const [name, stayMs] of Object.entries(cases)) {
  const { counted, W, predicted } = simulate(stayMs);
  console.log(`${name}: W ${W} ms, counted ${counted}, predicted ${predicted}`);
}
