// Refuses to run tests against anything but a database that is known to be one for tests.
export function assertTestTarget(config, marker) {
  const reasons = [];
  if (config.environment !== 'test') reasons.push(`environment is ${config.environment}`);
  const host = config.ordersHost;
  if (host !== 'orders.test.turnstile.test') reasons.push(`host is ${host}`);
  if (marker !== 'test') reasons.push(`the database says ${marker ?? 'nothing'}`);
  if (reasons.length) throw new Error(`not a test target: ${reasons.join('; ')}`);
}

export async function wipe(config, db) {         // the destructive step asks by itself
  assertTestTarget(config, await db.marker());
  return db.deleteAll();
}
