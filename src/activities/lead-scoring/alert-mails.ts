import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import { patchItems } from '../../store/items.ts';
import { markAlerted } from '../../store/lead-scores.ts';
import { alertBody, alertTitle, ownerOf } from '../../workflows/lead-scoring/alert.ts';
import type { EmailAlert } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { type Mail, sendMails } from '../mail/send-mails.ts';
import { membersOf } from '../twenty/members.ts';
import { dueAlerts } from './alert-tasks.ts';
import { alertKey, type LeadGroup, type LeadItem, scoringOf } from './lead-item.ts';
import { leadOf } from './score-leads.ts';

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
  const mails = groups.map((group) => {
    const members = group.members.map(({ deliveryId }) => deliveryId);
    return { group, key: alertKey(run, group, 'mail'), members, mail: mailOf(deps, group, email, settings.twenty) };
  });
  const step = { connection: email.mail, step: 'lead mail', before: 'The score is in Twenty', words: 'the mail about this lead' };
  const sent = await sendMails(deps, run, step, mails, async ({ group: { recordId, leader } }, end) => {
    if (end !== 'refused') await markAlerted(deps.database, run.integration, [recordId]);
    if (end === 'sent') await patchItems(deps.database, run, [{ deliveryId: leader.deliveryId, data: { told: 'mail sent' } satisfies Partial<LeadItem> }]);
  });
  return { mails: sent };
}

function mailOf(deps: ActivityDeps, group: LeadGroup, email: EmailAlert, connection: string): Mail {
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
