// Before: the rule, the tables, the connection, and the provider in one function.

export async function postOrder({ holdId, card, orderId }, { pool, provider, now }) {
  const db = await pool.connect();
  try {
    const [hold] = await db.query('hold', holdId);
    if (!hold || hold.until <= now()) return { outcome: 'refused' };
    const [show] = await db.query('show', hold.showId);
    const amount = hold.seats.length * show.price;
    const accepted = await provider({ key: orderId, amount, card });
    const outcome = accepted ? 'paid' : 'declined';
    await db.query('insert', { orderId, holdId, amount, outcome });
    return { outcome, amount };
  } finally {
    db.release();
  }
}
