import { calm } from './policies.mjs';

// Wishes of several signals, the largest wins; a floor for announced hours; never a guess.
export function guarded({ plan = [], floor = 2, maxGrowth = 4 } = {}) {
  const bySignals = ({ arrived, busy, ready, each, target }) => {
    const wishes = [arrived / (each * target)];
    if (busy > 0.9) wishes.push(ready * busy / target);      // requests cost more now
    return Math.max(...wishes);
  };
  const rested = calm(bySignals);
  return (state) => {
    const known = Number.isFinite(state.arrived) && Number.isFinite(state.busy);
    const announced = plan.find(({ from, to }) => state.t >= from && state.t < to)?.n ?? 0;
    if (!known) return Math.max(state.all, announced);       // not a reason to leave
    const wanted = rested(state);
    const inBand = wanted <= state.all && wanted > 0.9 * state.all;
    const most = Math.max(state.all, maxGrowth * state.ready);     // bounds growth only
    const next = inBand ? state.all : Math.min(wanted, most);
    return Math.max(floor, announced, next);
  };
}
