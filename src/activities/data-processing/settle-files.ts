import type { RunInput } from '../../domain/run.ts';
import { normalised, oneLine } from '../../domain/text.ts';
import { endFiles, filesOf, rememberFeed } from '../../store/data-files.ts';
import { countRows, sampleProblems } from '../../store/data-views.ts';
import { settle } from '../../store/settle.ts';
import { resultOf } from '../../store/sets.ts';
import { badRowsMail } from '../../workflows/data-processing/bad-rows.ts';
import type { FileProblem } from '../../workflows/data-processing/contract.ts';
import { outcomeOf } from '../../workflows/data-processing/wording.ts';
import type { ActivityDeps } from '../deps.ts';
import { sendMails } from '../mail/send-mails.ts';
import { dataOf } from './data-item.ts';

/** How many files have more bad rows than the configuration bears. */
export async function countBadFiles(deps: ActivityDeps, run: RunInput): Promise<{ files: number }> {
  return { files: (await badFiles(deps, run)).length };
}

/** One mail for each file with too many bad rows, by its event: a file that is worked off again does not tell of it again. */
export async function mailBadRows(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const { badRows } = dataOf(deps, run).settings;
  if (badRows === undefined) return { mails: 0 };
  const mails = [];
  for (const { file, counts } of await badFiles(deps, run)) {
    const samples = await sampleProblems(deps.database, file.deliveryId, badRows.samples);
    const { subject, text } = badRowsMail({ integration: run.integration, eventId: file.eventId, counts, samples, showValues: badRows.showValues });
    mails.push({ key: `${run.integration}/${file.eventId}/bad-rows`, members: [file.deliveryId], mail: { from: badRows.from, to: badRows.to, subject: normalised(oneLine(subject)), text: normalised(text) } });
  }
  return { mails: await sendMails(deps, run, { connection: badRows.mail, step: 'bad rows mail', before: 'The good rows are in Twenty', words: 'the mail about the bad rows' }, mails) };
}

/** Ends the files of the set with what became of their rows. */
export async function settleFiles(deps: ActivityDeps, run: RunInput): Promise<Record<string, number>> {
  const files = await filesOf(deps.database, run);
  const counts = await countRows(deps.database, files.map(({ deliveryId }) => deliveryId));
  for (const file of files) {
    // A feed is known as read only now that all of its rows are worked off.
    if (file.pulled && file.problem === undefined && !run.dryRun) await rememberFeed(deps.database, run, run.integration, file.etag, file.beganAt);
  }
  await endFiles(deps.database, run, files.map(({ deliveryId }) => deliveryId));
  await settle(deps.database, run, files.map((file) => ({ deliveryId: file.deliveryId, outcome: outcomeOf(counts.get(file.deliveryId)!, file.problem as FileProblem | undefined, run.dryRun) })));
  return resultOf(deps.database, run);
}

async function badFiles(deps: ActivityDeps, run: RunInput) {
  const { badRows } = dataOf(deps, run).settings;
  if (badRows === undefined) return [];
  const files = await filesOf(deps.database, run);
  const counts = await countRows(deps.database, files.map(({ deliveryId }) => deliveryId));
  return files.flatMap((file) => {
    const own = counts.get(file.deliveryId)!;
    const bad = own.byState['rejected'] ?? 0;
    return own.total > 0 && (bad / own.total) * 100 > badRows.abovePercent ? [{ file, counts: own }] : [];
  });
}
