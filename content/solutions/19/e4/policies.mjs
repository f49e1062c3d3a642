// Each policy is asked every 15 s how many instances there should be.
export const eager = ({ all, busy, target }) => all * busy / target;

export const paired = ({ all, ready, busy, target }) => {
  const wanted = ready * busy / target;          // only those that were measured
  return wanted > all || wanted < 0.9 * ready ? wanted : all;
};

export function calm(policy, holdS = 300) {      // the highest wish of five minutes
  const wishes = [];
  return (state) => {
    wishes.push({ t: state.t, n: policy(state) });
    while (wishes[0].t <= state.t - holdS) wishes.shift();
    return Math.max(...wishes.map(({ n }) => n));
  };
}
export const byArrivals = ({ arrived, each, target }) => arrived / (each * target);

export const planned = (policy, plan) => (state) => {        // a floor for announced hours
  const floor = plan.find(({ from, to }) => state.t >= from && state.t < to)?.n ?? 0;
  return Math.max(floor, policy(state));
};
