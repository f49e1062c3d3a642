// A saga with a journal: what was decided is stored before anything else is asked.
export async function advance(id, steps, journal) {
  const saga = journal.load(id) ?? { at: 0, state: 'forward' };
  while (saga.state === 'forward' && saga.at < steps.length) {
    const step = steps[saga.at];
    const outcome = await step.run(`${id}/${step.name}`);
    if (outcome === 'unknown') return saga.state;
    if (outcome === 'refused' && steps.slice(0, saga.at).some(({ pivot }) => pivot)) {
      throw new Error(`${step.name} refused behind the pivot`);
    }
    if (outcome === 'refused') saga.state = 'back';
    else saga.at += 1;
    journal.save(id, saga);
  }
  while (saga.state === 'back' && saga.at > 0) {
    const step = steps[saga.at - 1];
    const outcome = await step.undo(`${id}/${step.name}/undo`);
    if (outcome !== 'done') return saga.state;
    saga.at -= 1;
    journal.save(id, saga);
  }
  if (saga.state === 'forward') saga.state = 'done';
  if (saga.state === 'back') saga.state = 'undone';
  journal.save(id, saga);
  return saga.state;
}
