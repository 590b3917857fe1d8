import { createHash } from 'node:crypto';
import type { RunInput } from '../../domain/run.ts';
import type { DigestEntry } from '../../workflows/web-forms/contract.ts';
import { digest } from '../../workflows/web-forms/digest.ts';
import { effectsOf, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { takeHourly } from '../../store/hourly-caps.ts';
import { ConnectorError } from '../../domain/failure.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { type FormMember, formSettings, loadForms } from './form-item.ts';

const STEP = 'mail';
/** Resend keeps an idempotency key for 24 hours; past that a mail whose fate is unknown may not be sent again. */
const KEY_LIFETIME_MS = 23 * 3_600_000;

interface FrozenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/**
 * Tells the sales team: one mail for the set. Its members are frozen with it before it is first sent; a set that forms again
 * leaves them out and lets the frozen mail finish.
 */
export async function notifySales(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const settings = formSettings(deps, run);
  const { notify } = settings;
  const items = await loadForms(deps, run);
  if (notify === undefined || items.length === 0) return { mails: 0 };

  const earlier = (await effectsOf<FrozenMail>(deps.database, items.map(({ deliveryId }) => deliveryId), STEP))
    .filter(({ state }) => state !== 'planned' && state !== 'rejected');
  const told = new Set(earlier.flatMap(({ members }) => members));
  const rest = items.filter(({ deliveryId }) => !told.has(deliveryId));
  const frozen = rest.length === 0 || (await isCapped(deps, run, rest)) ? [] : await freezeMail(deps, run, notify, rest);
  if (run.dryRun) return { mails: frozen.length };

  const open = [...earlier, ...frozen].filter(({ state }) => state !== 'done');
  for (const mail of open) await sendMail(deps, run, notify.mail, mail);
  return { mails: open.length };
}

/** Above the hourly cap the members wait, and share the next mail that may go out. */
async function isCapped(deps: ActivityDeps, run: RunInput, items: readonly FormMember[]): Promise<boolean> {
  if (run.dryRun) return false;
  const perHour = deps.integrations.get(run.integration)!.hourly.mails;
  const { nextAt } = await takeHourly(deps.database, run.integration, 'mails', 1, perHour);
  if (nextAt === undefined) return false;
  const reason = `Person and task are in Twenty; the mail to the sales team waits, since ${String(perHour)} went out within an hour.`;
  await settle(deps.database, run, items.map(({ deliveryId }) => ({
    deliveryId, outcome: { state: 'waiting', code: 'hourly_cap', reason, waitingFor: 'hour', untilMs: nextAt.getTime() } as const,
  })));
  return true;
}

function freezeMail(deps: ActivityDeps, run: RunInput, notify: { from: string; to: readonly string[] }, items: readonly FormMember[]): Promise<readonly FrozenEffect<FrozenMail>[]> {
  const settings = formSettings(deps, run);
  const { subject, html, text } = digest(items.map((item) => entryOf(deps, settings.twenty, item)), settings.notify?.subject);
  const request: FrozenMail = { from: notify.from, to: notify.to, subject, html, text };
  const members = items.map(({ deliveryId }) => deliveryId);
  const key = `${run.integration}/mail/${createHash('sha256').update([...members].sort().join()).digest('hex').slice(0, 32)}`;
  const effect = { key, step: STEP, target: settings.notify!.mail, summary: `mail “${subject}” to ${notify.to.join(', ')}`, members, request };
  return freezeEffects<FrozenMail>(deps.database, run, run.integration, [effect], run.dryRun);
}

async function sendMail(deps: ActivityDeps, run: RunInput, connection: string, mail: FrozenEffect<FrozenMail>): Promise<void> {
  const members = mail.members;
  if (!mail.fresh && mail.attemptedAt !== undefined && Date.now() - mail.attemptedAt.getTime() > KEY_LIFETIME_MS) {
    const reason = 'Nobody can say whether the mail to the sales team was sent, and it is too long ago to ask again safely.';
    await finishEffects(deps.database, run, [{ key: mail.key, state: 'unknown', code: 'outcome_unknown', reason }]);
    await settle(deps.database, run, members.map((deliveryId) => ({ deliveryId, outcome: { state: 'held', code: 'mail_unknown', reason } })));
    return;
  }
  try {
    const { id } = await onConnection(deps, run, connection, (context) =>
      deps.mail(connection).sendEmail({ ...mail.request, to: [...mail.request.to], idempotencyKey: `${mail.key}/${String(mail.generation)}` }, context));
    await finishEffects(deps.database, run, [{ key: mail.key, state: 'done', outsideId: id }]);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    await finishEffects(deps.database, run, [{ key: mail.key, state: 'rejected', code: 'mail_rejected', reason: error.message }]);
    const reason = `Person and task are in Twenty, but the mail to the sales team was refused: ${error.message}`;
    await settle(deps.database, run, members.map((deliveryId) => ({ deliveryId, outcome: { state: 'failed', code: 'mail_rejected', reason } })));
  }
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
