const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
const clock = (total) => {
  const days = Math.floor(total / 86_400);
  const parts = [Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60, total % 60];
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return days > 0 ? `${text} +${days} day` : text;
};

// An entry fetched before the TTL was lowered lives on the old TTL.
const address = ({ lowered, changed, oldTtl, newTtl }) =>
  Math.max(Math.min(lowered, changed) + oldTtl, changed + newTtl);

// Someone may have asked for the name a moment before it existed.
const created = ({ at, soaTtl, soaMinimum }) => at + Math.min(soaTtl, soaMinimum);

// The old delegation leads to the old servers; their answer then lives on its own TTL.
const delegation = ({ at, parentNsTtl, recordTtl }) => at + parentNsTtl + recordTtl;

const rows = {
  'address changed': address({
    lowered: seconds('09:00:00'), changed: seconds('09:05:00'), oldTtl: 3_600, newTtl: 60,
  }),
  'name created': created({ at: seconds('09:10:00'), soaTtl: 900, soaMinimum: 300 }),
  'provider changed': delegation({
    at: seconds('09:20:00'), parentNsTtl: 86_400, recordTtl: 60,
  }),
};
for (const [name, last] of Object.entries(rows)) console.log(name.padEnd(17), clock(last));
