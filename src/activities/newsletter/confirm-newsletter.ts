import type { RunInput } from '../../domain/run.ts';
import { oneLine } from '../../domain/text.ts';
import { droppedPeople } from '../../store/newsletter-ends.ts';
import { tallyWords } from '../../workflows/newsletter/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { sendMails } from '../mail/send-mails.ts';
import { campaignId, listName } from './campaign.ts';
import { openJob, tallyOf } from './job.ts';
import { droppedWords, mailingWords } from './wording.ts';

/** As many names of each kind stand in the mail; all of them can be looked up. */
const NAMED = 20;

/** Tells marketing how it went, once. */
export async function confirmNewsletter(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<void> {
  const job = await openJob(deps, run, deliveryId);
  if (job === undefined || job.state.problem !== undefined) return;
  const { settings: { confirm, twenty, tool }, name, view, state } = job;
  const tally = tallyWords(await tallyOf(deps, run, job));
  const lines = [
    `${tally}.`,
    '',
    `View: ${state.plan?.plan.view?.name ?? view}`,
    `List: ${listName(job)} at ${deps.tool('newsletter', tool).service}`,
    `Mailing: ${mailingWords(state.mailing)}`,
    `Campaign: ${deps.twenty(twenty).recordUrl('campaign', campaignId(job))}`,
    ...droppedWords(await droppedPeople(deps.database, deliveryId, NAMED + 1), NAMED),
  ];
  const text = lines.join('\n');
  const html = `<p>${lines.map((line) => line.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`)).join('<br>')}</p>`;
  const mail = { from: confirm.from, to: confirm.to, subject: oneLine(`${name}: ${tally}`), text, html };
  await sendMails(deps, run, { connection: confirm.mail, step: 'confirmation', before: 'Everybody is on the list', words: 'the confirmation to marketing' }, [{ key: `${job.key}/confirmation`, members: [deliveryId], mail }]);
}
