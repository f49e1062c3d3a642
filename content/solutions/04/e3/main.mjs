const [RESPONSES, PACKETS, LOSS] = [6, 4, 0.01];
const TOTAL = RESPONSES * PACKETS;
const schedules = {
  'in turn': (slot) => slot % RESPONSES,
  'one after the other': (slot) => Math.floor(slot / PACKETS),
};
const versions = {
  'HTTP/1.1': (response) => response,
  'HTTP/2': () => 'one order',
  'HTTP/3': (response) => response,
};
const slots = Array.from({ length: TOTAL }, (_, slot) => slot);

// The packets whose loss makes a response late: same order, not behind its last packet.
function needed(response, responseIn, orderOf) {
  const last = Math.max(...slots.filter((slot) => responseIn(slot) === response));
  const order = orderOf(response);
  return slots.filter((slot) => slot <= last && orderOf(responseIn(slot)) === order);
}

for (const [schedule, responseIn] of Object.entries(schedules)) {
  console.log(schedule);
  for (const [version, orderOf] of Object.entries(versions)) {
    let [oneLoss, expected] = [0, 0];
    for (let response = 0; response < RESPONSES; response += 1) {
      const count = needed(response, responseIn, orderOf).length;
      oneLoss += count / TOTAL;                  // the share of single losses that hit it
      expected += 1 - (1 - LOSS) ** count;
    }
    console.log(`  ${version.padEnd(9)}`, oneLoss.toFixed(2), expected.toFixed(2));
  }
}
