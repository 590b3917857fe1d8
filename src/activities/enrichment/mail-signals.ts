import { createHash } from 'node:crypto';
import { normalised } from '../../domain/text.ts';
import { recordName } from '../../domain/record-words.ts';
import type { RunInput } from '../../domain/run.ts';
import { effectsOf } from '../../store/effects.ts';
import { markTold } from '../../store/enrichment-signals.ts';
import { patchItems } from '../../store/items.ts';
import type { EnrichmentSettings, SignalSettings } from '../../workflows/enrichment/settings.ts';
import { nameOf, signalMail } from '../../workflows/enrichment/wording.ts';
import type { ActivityDeps } from '../deps.ts';
import { type Mail, type NewMail, sendMails } from '../mail/send-mails.ts';
import { membersOfGroup } from '../records/record-groups.ts';
import { type EnrichItem, enrichmentOf } from './enrich-item.ts';
import { type DueSignals, dueSignals } from './owed.ts';

const STEP = 'signal mail';

/**
 * Tells of the buying signals of the set in one mail. Its members are frozen with it before it is first sent; a set that forms again
 * leaves them out and lets the frozen mail finish. Each signal is told of once.
 */
export async function mailSignals(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const { settings } = enrichmentOf(deps, run);
  const { signals } = settings;
  const due = await dueSignals(deps, run);
  if (signals === undefined || due.length === 0) return { mails: 0 };
  const earlier = (await effectsOf<Mail>(deps.database, due.flatMap(({ group }) => membersOfGroup(group)), STEP)).filter(({ state }) => state !== 'planned' && state !== 'rejected');
  const told = new Set(earlier.flatMap(({ members }) => members));
  const rest = due.filter(({ group }) => !membersOfGroup(group).some((id) => told.has(id)));
  const open = run.dryRun ? [] : earlier.map(({ key, members, request }): NewMail => ({ key, members, mail: request }));
  const mails = rest.length === 0 ? open : [...open, mailOf(deps, run, settings, signals, rest)];
  const step = { connection: signals.mail, step: STEP, before: 'The record has been enriched', words: 'the mail about its buying signals' };
  const sent = await sendMails(deps, run, step, mails, async ({ members, mail }, end) => {
    if (end === 'refused') return;
    const about = due.filter(({ group }) => membersOfGroup(group).some((id) => members.includes(id)));
    // A signal that was seen after the mail was frozen is not in it, and is told of next time.
    await markTold(deps.database, run.integration, about.flatMap(({ group, signals: own }) => own.filter(({ words }) => mail.text?.includes(words) === true).map(({ signal }) => ({ recordId: group.recordId, signal }))));
    if (end === 'sent') await patchItems(deps.database, run, about.map(({ group }) => ({ deliveryId: group.leader.deliveryId, data: { mailTold: 'signals mailed' } satisfies Partial<EnrichItem> })));
  });
  return { mails: sent };
}

function mailOf(deps: ActivityDeps, run: RunInput, { twenty, object }: EnrichmentSettings, { to, from, subject }: SignalSettings, due: readonly DueSignals[]): NewMail {
  const { text, html, subject: line } = signalMail(due.map(({ group, signals }) => {
    const { record = { id: group.recordId }, company } = group.leader.data;
    return { name: nameOf(object, record), company: recordName(company), url: deps.twenty(twenty).recordUrl(object, group.recordId), signals: signals.map(({ words }) => words) };
  }), subject);
  const members = due.flatMap(({ group }) => membersOfGroup(group));
  const key = `${run.integration}/signals/${createHash('sha256').update([...members].sort().join()).digest('hex').slice(0, 32)}`;
  return { key, members, mail: { from, to, subject: normalised(line), text: normalised(text), html: normalised(html) } };
}
