// How far must you measure to see a ceiling? 200 noisy series, each fitted.
import { inStep } from './fleet.mjs';
import { seeded } from './queue.mjs';
import { fit } from './usl.mjs';

const random = seeded(19);
const noisy = (x) => x * (0.97 + 0.06 * random());           // plus or minus 3%
const exact = new Map([1, 2, 4, 8, 12, 16, 24, 32].map((n) => [n, inStep(n)]));

for (const last of [8, 16, 32]) {
  const peaks = Array.from({ length: 200 }, () => {
    const points = [...exact].filter(([n]) => n <= last).map(([n, x]) => [n, noisy(x)]);
    const { alpha, beta, peak } = fit(points);
    return beta > 0 && alpha < 1 ? peak : Infinity;          // no ceiling to be seen
  }).sort((a, b) => a - b);
  const at = (share) => {
    const peak = peaks[Math.floor(share * peaks.length)];
    return peak === Infinity ? 'none' : peak.toFixed(0);
  };
  const none = peaks.filter((peak) => peak === Infinity).length;
  console.log(`measured to ${String(last).padStart(2)}: peak at ${at(0.1)} to ${at(0.9)}`,
    `(10th to 90th percentile), ${none} of 200 see none`);
}
