// After: the rule alone. It names what it needs, in its own words, and imports nothing.
//   holds.find(holdId)     -> { showId, seats, until } or null
//   prices.of(showId)      -> minor units for one seat
//   payments.charge(...)   -> { outcome: 'paid' | 'declined' | 'unknown' }
//   orders.put(order)          -> stored under its orderId, whether new or changed

export function createPlaceOrder({ holds, prices, payments, orders, now }) {
  return async function placeOrder({ holdId, card, orderId }) {
    const hold = await holds.find(holdId);
    if (!hold || hold.until <= now()) return { outcome: 'refused' };
    const amount = hold.seats.length * await prices.of(hold.showId);
    await orders.put({ orderId, holdId, amount, outcome: 'pending' });
    const { outcome } = await payments.charge({ orderId, amount, card });
    const known = outcome === 'unknown' ? 'pending' : outcome;
    await orders.put({ orderId, holdId, amount, outcome: known });
    return { outcome: known, amount };
  };
}
