import type { Outcome } from '../../domain/delivery.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import { effectsOf, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { takeHourly } from '../../store/hourly-caps.ts';
import { patchItems } from '../../store/items.ts';
import { markAlerted } from '../../store/lead-scores.ts';
import { alertBody, alertTitle, ownerOf } from '../../workflows/lead-scoring/alert.ts';
import type { EmailAlert } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { membersOf } from '../twenty/members.ts';
import { dueAlerts } from './alert-tasks.ts';
import { alertKey, endLeads, type LeadGroup, type LeadItem, scoringOf } from './lead-item.ts';
import { leadOf } from './score-leads.ts';

const STEP = 'lead mail';
/** Resend keeps an idempotency key for 24 hours; past that a mail whose fate is unknown may not be sent again. */
const KEY_LIFETIME_MS = 23 * 3_600_000;

interface FrozenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** Finds out whom to write to: who owns the leads is in Twenty, so this runs on its queue. */
export async function addressAlerts(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const { settings } = scoringOf(deps, run);
  const groups = await dueAlerts(deps, run);
  const email = settings.onThreshold?.email;
  if (groups.length === 0 || email === undefined) return { mails: 0 };
  const members = await membersOf(deps, run, settings.twenty);
  await patchItems(deps.database, run, groups.map((group) => ({ deliveryId: group.leader.deliveryId, data: { to: addresseesOf(group, members, email, settings.fields.owner) } satisfies Partial<LeadItem> })));
  return { mails: groups.length };
}

/** One mail for each lead that crossed the threshold; above the hourly cap the rest waits. */
export async function mailAlerts(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const { settings } = scoringOf(deps, run);
  const groups = await dueAlerts(deps, run);
  const email = settings.onThreshold?.email;
  if (groups.length === 0 || email === undefined) return { mails: 0 };
  const sendable = await withinCap(deps, run, groups);
  const frozen = await freezeEffects<FrozenMail>(deps.database, run, run.integration, sendable.map((group) => {
    const request = mailOf(deps, group, email, settings.twenty);
    return { key: alertKey(run, group, 'mail'), step: STEP, target: email.mail, summary: `mail “${request.subject}” to ${request.to.join(', ')}`, members: group.members.map(({ deliveryId }) => deliveryId), request };
  }), run.dryRun);
  if (run.dryRun) return { mails: frozen.length };
  for (const [index, mail] of frozen.entries()) {
    const problem = mail.state === 'done' ? undefined : await send(deps, run, email.mail, mail);
    const group = sendable[index]!;
    if (problem === undefined || problem.state === 'held') await markAlerted(deps.database, run.integration, [group.recordId]);
    if (problem === undefined) await patchItems(deps.database, run, [{ deliveryId: group.leader.deliveryId, data: { told: 'mail sent' } satisfies Partial<LeadItem> }]);
    else await endLeads(deps, run, [{ group, outcome: problem }]);
  }
  return { mails: frozen.length };
}

/** Those whose mail is under way already need no further place. */
async function withinCap(deps: ActivityDeps, run: RunInput, groups: readonly LeadGroup[]): Promise<readonly LeadGroup[]> {
  if (run.dryRun || groups.length === 0) return groups;
  const begun = new Set((await effectsOf(deps.database, groups.flatMap(({ members }) => members.map(({ deliveryId }) => deliveryId)), STEP)).map(({ key }) => key));
  const fresh = groups.filter((group) => !begun.has(alertKey(run, group, 'mail')));
  const perHour = scoringOf(deps, run).hourly.mails;
  const { granted, nextAt } = fresh.length === 0 ? { granted: 0, nextAt: undefined } : await takeHourly(deps.database, run.integration, 'mails', fresh.length, perHour);
  const over = fresh.slice(granted);
  const reason = `The score is in Twenty; the mail waits, since ${String(perHour)} went out within an hour.`;
  await endLeads(deps, run, over.map((group) => ({ group, outcome: { state: 'waiting', code: 'hourly_cap', reason, waitingFor: 'hour', untilMs: nextAt?.getTime() } as const })));
  return groups.filter((group) => !over.includes(group));
}

async function send(deps: ActivityDeps, run: RunInput, connection: string, mail: FrozenEffect<FrozenMail>): Promise<Outcome | undefined> {
  if (!mail.fresh && mail.attemptedAt !== undefined && Date.now() - mail.attemptedAt.getTime() > KEY_LIFETIME_MS) {
    const reason = 'Nobody can say whether the mail about this lead was sent, and it is too long ago to ask again safely.';
    await finishEffects(deps.database, run, [{ key: mail.key, state: 'unknown', code: 'outcome_unknown', reason }]);
    return { state: 'held', code: 'mail_unknown', reason };
  }
  try {
    const { id } = await onConnection(deps, run, connection, (context) =>
      deps.mail(connection).sendEmail({ ...mail.request, to: [...mail.request.to], idempotencyKey: `${mail.key}/${String(mail.generation)}` }, context));
    await finishEffects(deps.database, run, [{ key: mail.key, state: 'done', outsideId: id }]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    await finishEffects(deps.database, run, [{ key: mail.key, state: 'rejected', code: 'mail_rejected', reason: error.message }]);
    return { state: 'failed', code: 'mail_rejected', reason: `The score is in Twenty, but the mail was refused: ${error.message}` };
  }
}

function mailOf(deps: ActivityDeps, group: LeadGroup, email: EmailAlert, connection: string): FrozenMail {
  const { result, scoredAt, to } = group.leader.data;
  const lead = leadOf(group, new Map(), Date.parse(scoredAt!));
  const { title, remark } = alertTitle(email.subject, lead, result!);
  const text = alertBody(result!, [...(remark === undefined ? [] : [remark]), deps.twenty(connection).recordUrl('person', group.recordId)]);
  return { from: email.from, to: to ?? email.otherwise, subject: normalised(title), text: normalised(text) };
}

function addresseesOf(group: LeadGroup, members: readonly WorkspaceMember[], email: EmailAlert, ownerField: string | undefined): readonly string[] {
  const id = ownerOf(leadOf(group, new Map(), 0), ownerField);
  const owner = members.find((member) => member.id === id && member.email !== '');
  return owner === undefined ? email.otherwise : [owner.email];
}
