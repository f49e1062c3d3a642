// Two sides of the same ports: tables for production, maps for tests.

export function overTables({ pool }) {
  async function query(name, value) {            // a connection for one query, not longer
    const db = await pool.connect();
    try { return await db.query(name, value); } finally { db.release(); }
  }
  return {
    holds: { find: async (id) => (await query('hold', id))[0] ?? null },
    prices: { of: async (showId) => (await query('show', showId))[0].price },
    orders: { put: (order) => query('upsert', order) },
  };
}

export function inMemory({ holds = {}, prices = {} }) {
  const orders = new Map();
  return {
    holds: { find: async (id) => holds[id] ?? null },
    prices: { of: async (showId) => prices[showId] },
    orders: { put: async (order) => { orders.set(order.orderId, order); }, all: orders },
  };
}

export function overProvider(provider) {
  return {
    async charge({ orderId, amount, card }) {
      try {
        const accepted = await provider({ key: orderId, amount, card });
        return { outcome: accepted ? 'paid' : 'declined' };
      } catch (error) {
        return { outcome: 'unknown', reason: error.message };
      }
    },
  };
}
