// A consumer of the outbox that mails once for each ticket. Its journal is told before the mail and
// after it; what lies between is asked at the mail service, under the same key.
export function createNotifier({ journal, mailer }) {
  const state = () => {
    const told = new Map();                      // message ID -> 'sending' or 'sent'
    for (const { id, status } of journal.records) told.set(id, status);
    return told;
  };

  async function handle({ id, to, ticket }) {
    if (state().get(id) === 'sent') return;      // the relay has repeated itself
    if (!state().has(id)) await journal.append({ id, status: 'sending' });
    await mailer.send({ key: id, to, text: `Your ticket: ${ticket}` });
    await journal.append({ id, status: 'sent' });
  }
  return { handle, unclear: () => [...state()].filter(([, status]) => status === 'sending') };
}

// The service remembers keys: a repeat gets the answer of the first time. One that has no keys can
// only be asked for what it has sent, or be sent to at most once.
export function createMailer() {
  const sent = new Map();
  return {
    sent,
    async send({ key, to, text }) {
      if (!sent.has(key)) sent.set(key, []);
      const mails = sent.get(key);
      if (mails.length === 0) mails.push({ to, text });
    },
  };
}
