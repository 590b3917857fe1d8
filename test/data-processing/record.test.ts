import { afterEach, test } from 'vitest';
import { z } from 'zod';
import { dataProcessing } from '../../src/workflows/data-processing/index.ts';
import { recordHistories, recording } from '../harness/histories.ts';
import { contacts, csv, type DataStack, startData } from './rig.ts';

let stack: DataStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: data processing', { timeout: 600_000 }, async () => {
  const mail = { to: 'ops@acme.example', from: 'Sluice <sluice@acme.example>', abovePercent: 10 };
  stack = await startData({ ...contacts, badRows: mail }, {
    integrations: { pulled: dataProcessing({ pull: { feed: 'feed' }, schema: z.object({ name: z.string(), email: z.email() }), write: { object: 'person', fields: { fullName: 'name', email: 'email' } } }) },
  }, ['worker']);
  const { post, run } = stack;
  const head = 'Last name,E-Mail,Title,Company';
  const many = Array.from({ length: 5_100 }, (_, n) => `P${String(n)},p${String(n)}@many.example,,`);
  await recordHistories('data-processing', stack, {
    'new-people': () => post(csv(head, 'One,one@acme.example,CEO,Acme', 'Two,two@acme.example,CTO,Acme')),
    'changed-and-bad': () => post(csv(head, 'One,one@acme.example,Chair,Acme', 'Bad,no address,,', 'Bad,no address,,')),
    unchanged: () => post(csv(head, 'Two,two@acme.example,CTO,Acme')),
    'no-rows': () => post(JSON.stringify([]), 'application/json'),
    pulled: () => run('pulled'),
    'no-table': () => post('"never closed', 'text/csv'),
    continued: () => post(csv(head, ...many)),
  });
});
