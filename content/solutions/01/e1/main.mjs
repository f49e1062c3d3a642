const TARGET_MS = 500;
const SERVER_MS = 100;                           // proxy, api, service, data, infra
const rttMs = (km) => 2 * ((2 * km) / 200);      // twice the fiber floor

function farthest(roundTrips) {
  let km = 0;
  while (roundTrips * rttMs(km + 100) + SERVER_MS <= TARGET_MS) km += 100;
  return km;
}

const cases = [
  ['cold: DNS, TCP, TLS, HTTP', 4],
  ['cold: DNS, QUIC, HTTP', 3],
  ['warm: HTTP', 1],
];
for (const [name, roundTrips] of cases) {
  console.log(name.padEnd(26), 'round trips', roundTrips, '->', farthest(roundTrips), 'km');
}
