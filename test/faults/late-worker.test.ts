import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFaults } from './rig/checker.ts';
import { type Rig, startRig } from './rig/rig.ts';

/**
 * A worker stands still before it completes people in Twenty, is cut off from Temporal and replaced, and goes on after somebody
 * has written to the same fields. Twenty has no conditional write; what is read is not written upon when it has grown old.
 */
let rig: Rig;
beforeEach(async () => void (rig = await startRig({ gated: ['worker'] })));
afterEach(() => rig.close());

/** People in Twenty without a job title, and a form of each that brings one. All at once for the dispatcher, so that they make one set. */
async function submitForms(count: number): Promise<readonly string[]> {
  const forms = Array.from({ length: count }, (_, n) => ({ integration: 'storm' as const, mark: `form-${String(n)}`, email: `person-${String(n)}@gmail.com`, jobTitle: 'Buyer' }));
  const ids = forms.map(({ email }) => String(rig.twenty.asUser.create('people', { emails: { primaryEmail: email } })['id']));
  rig.dispatcher.freeze();
  for (const form of forms) await rig.sender.submit(form);
  rig.dispatcher.thaw();
  return ids;
}

function freezeCutOff(): void {
  rig.worker.freeze();
  rig.temporalGates.worker.shut('up');
  rig.temporalGates.worker.cut();
}

function edit(ids: readonly string[]): void {
  for (const id of ids) rig.twenty.asUser.update('people', id, { jobTitle: 'Head of Sales' });
}

/** A step counts its calls when it ends, however it ends. */
async function thawUntilItsStepEnds(): Promise<void> {
  const callsCounted = async (): Promise<number> => (await rig.rows<{ calls: number }>('select sum(calls)::int as calls from sets'))[0]!.calls;
  const before = await callsCounted();
  rig.worker.thaw();
  await rig.until('the end of what it had in hand', async () => (await callsCounted()) > before);
}

const jobTitles = (ids: readonly string[]) => rig.twenty.records('people').filter(({ id }) => ids.includes(String(id))).map(({ jobTitle }) => jobTitle);
const updatedIn = (from: number) => rig.twenty.ledger.since(from).flatMap(({ writes }) => writes?.updated ?? []);

test.each([1, 4])('frozen with its change of %i people planned: what people did after the other worker stays', async (count) => {
  const place = 'effect attempting storm person update';
  await rig.databaseGate.shut(place);
  const ids = await submitForms(count);
  await rig.databaseGate.reached(place);
  freezeCutOff();
  await rig.databaseGate.open();
  await rig.another('worker').start();
  await rig.settled();
  expect(await findFaults(rig)).toEqual([]);
  edit(ids);
  const before = rig.twenty.ledger.entries.length;
  await thawUntilItsStepEnds();

  expect({ updated: updatedIn(before), jobTitles: jobTitles(ids) }).toEqual({ updated: [], jobTitles: ids.map(() => 'Head of Sales') });
});

test.each([1, 4])('frozen with the answer of its read of %i people still to come: what people did before the other worker read stays', async (count) => {
  const isRead = ({ body }: { readonly body: string }): boolean => ids.some((id) => body.includes(id)) && body.includes('{people(');
  let ids: readonly string[] = [];
  const late = rig.twentyGate.hold('answer', isRead);
  ids = await submitForms(count);
  await rig.until('a held read', () => late.isStanding);
  freezeCutOff();
  late.release();
  const other = rig.twentyGate.hold('request', isRead);
  await rig.another('worker').start();
  await rig.until('the read of the other worker', () => other.isStanding);
  edit(ids);
  const before = rig.twenty.ledger.entries.length;
  await thawUntilItsStepEnds();
  other.release();
  await rig.settled();

  // The other worker still fills in the names, which nobody has.
  expect({ updated: updatedIn(before).toSorted(), jobTitles: jobTitles(ids) }).toEqual({ updated: ids.toSorted(), jobTitles: ids.map(() => 'Head of Sales') });
});
