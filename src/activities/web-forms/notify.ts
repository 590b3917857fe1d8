import { createHash } from 'node:crypto';
import type { RunInput } from '../../domain/run.ts';
import type { DigestEntry } from '../../workflows/web-forms/contract.ts';
import { digest } from '../../workflows/web-forms/digest.ts';
import type { WebFormsSettings } from '../../workflows/web-forms/settings.ts';
import { effectsOf } from '../../store/effects.ts';
import type { ActivityDeps } from '../deps.ts';
import { type Mail, type NewMail, sendMails } from '../mail/send-mails.ts';
import { type FormMember, formSettings, loadForms } from './form-item.ts';

const STEP = 'mail';

/**
 * Tells the sales team: one mail for the set. Its members are frozen with it before it is first sent; a set that forms again
 * leaves them out and lets the frozen mail finish. Above the hourly cap they wait, and share the next mail that may go out.
 */
export async function notifySales(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const settings = formSettings(deps, run);
  const { notify } = settings;
  const items = await loadForms(deps, run);
  if (notify === undefined || items.length === 0) return { mails: 0 };

  const earlier = (await effectsOf<Mail>(deps.database, items.map(({ deliveryId }) => deliveryId), STEP))
    .filter(({ state }) => state !== 'planned' && state !== 'rejected');
  const told = new Set(earlier.flatMap(({ members }) => members));
  const rest = items.filter(({ deliveryId }) => !told.has(deliveryId));
  const open = run.dryRun ? [] : earlier.filter(({ state }) => state !== 'done').map(({ key, members, request }): NewMail => ({ key, members, mail: request }));
  const step = { connection: notify.mail, step: STEP, before: 'Person and task are in Twenty', words: 'the mail to the sales team' };
  return { mails: await sendMails(deps, run, step, rest.length === 0 ? open : [...open, mailOf(deps, run, settings, notify, rest)]) };
}

function mailOf(deps: ActivityDeps, run: RunInput, { twenty }: WebFormsSettings, notify: NonNullable<WebFormsSettings['notify']>, items: readonly FormMember[]): NewMail {
  const { subject, html, text } = digest(items.map((item) => entryOf(deps, twenty, item)), notify.subject);
  const members = items.map(({ deliveryId }) => deliveryId);
  const key = `${run.integration}/mail/${createHash('sha256').update([...members].sort().join()).digest('hex').slice(0, 32)}`;
  return { key, members, mail: { from: notify.from, to: notify.to, subject, html, text } };
}

function entryOf(deps: ActivityDeps, connection: string, { data }: FormMember): DigestEntry {
  const { person, task, lead } = data;
  return {
    lead,
    person: person?.how === 'created' ? 'created' : person?.changed === true ? 'updated' : 'unchanged',
    ...(person === undefined ? {} : { recordUrl: deps.twenty(connection).recordUrl('person', person.id) }),
    ...(task === undefined ? {} : { taskTitle: task.title, dueAt: task.dueAt, assignee: task.assignee }),
  };
}
