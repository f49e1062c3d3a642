// All times in ms, counted from the moment at which the server sends its answer.
function ends({ pause, delay, serverLimit, clientLimit }) {
  const sent = delay + pause;                    // the client got the answer at `delay`
  const closeSeen = serverLimit + delay;
  if (pause >= clientLimit || sent >= closeSeen) return 'new connection';
  return sent + delay >= serverLimit ? 'reset' : 'answer';
}

for (const delay of [20, 80]) {
  for (const clientLimit of [60_000, 4_000]) {
    const counts = { answer: 0, 'new connection': 0, reset: 0 };
    for (let pause = 0; pause < 10_000; pause += 1) {
      counts[ends({ pause, delay, serverLimit: 6_000, clientLimit })] += 1;
    }
    console.log(`round trip ${2 * delay} ms, client limit ${clientLimit} ms:`, counts);
  }
}
