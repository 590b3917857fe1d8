import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { isFreeMail } from '../../normalise/web-domain.ts';
import { formsOf } from '../../store/behaviour.ts';
import { patchItems } from '../../store/items.ts';
import { keepStandings, leadStandings } from '../../store/lead-scores.ts';
import { dropAnswers } from '../../store/score-answers.ts';
import { memoryMs } from '../../workflows/lead-scoring/behaviour.ts';
import { AdjustedScore, type Behaviour, type Lead, type LeadScore, type Standing } from '../../workflows/lead-scoring/contract.ts';
import { USUAL_EMPLOYEES } from '../../workflows/lead-scoring/fields.ts';
import { scoreLead } from '../../workflows/lead-scoring/model.ts';
import { standingAfter } from '../../workflows/lead-scoring/rules.ts';
import type { LeadScoringSettings } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups } from '../records/record-groups.ts';
import { type LeadGroup, type LeadItem, loadLeads, scoringOf } from './lead-item.ts';
import { outsideScore } from './outside-score.ts';

export interface ScoredLeads {
  /** Records whose score or reasons are to be written. */
  readonly toWrite: number;
  /** Records whose owner is to be told. */
  readonly alerts: number;
}

type Scored = { readonly group: LeadGroup; readonly result: LeadScore; readonly standing: Standing };

/**
 * Works out the scores, and what is to be done about them. How each record stands to the threshold is kept before anything is
 * written or told: whatever happens after, the crossing is known, and its alert is owed until it is made.
 */
export async function scoreLeads(deps: ActivityDeps, run: RunInput): Promise<ScoredLeads> {
  const { settings } = scoringOf(deps, run);
  const groups = await loadLeads(deps, run);
  const nowMs = Date.now();
  const forms = await formsByEmail(deps, settings, groups, nowMs);
  const standings = await leadStandings(deps.database, run.integration, groups.map(({ recordId }) => recordId));
  const rule = { ...settings, silent: settings.onThreshold === undefined };

  const scored: Scored[] = [];
  for (const group of groups) {
    const lead = leadOf(group, forms, nowMs);
    const raw = settings.scorer === undefined ? scoreLead(lead, settings.model, { ...settings.fields, employees: settings.fields.employees ?? USUAL_EMPLOYEES }) : outsideScore(group, settings.scorer);
    const result = 'state' in raw ? raw : await adjusted(lead, raw, settings);
    if ('state' in result) {
      // Whom the tool does not know is asked about again when something about the person has changed.
      await endGroups(deps, run, [{ group, outcome: result, inputs: result.state === 'skipped' ? group.leader.data.inputs : undefined }]);
      if (result.state === 'skipped' && !run.dryRun) await dropAnswers(deps.database, run.integration, [group.recordId]);
      continue;
    }
    const tellFirst = settings.tellFirst === 'always' || (settings.tellFirst === 'created' && group.isNew);
    scored.push({ group, result, standing: standingAfter(standings.get(group.recordId), result.score, rule, tellFirst) });
  }

  const scoredAt = new Date(nowMs).toISOString();
  const patches = scored.map(({ group: { leader }, result, standing }) => ({
    deliveryId: leader.deliveryId,
    data: { result, scoredAt, changed: isNews(leader.data, result, settings), crossing: standing.owed ? standing.crossing : undefined } satisfies Partial<LeadItem>,
  }));
  await patchItems(deps.database, run, patches);
  if (!run.dryRun) await keepStandings(deps.database, run, run.integration, new Map(scored.map(({ group, standing }) => [group.recordId, standing])));
  return { toWrite: patches.filter(({ data }) => data.changed).length, alerts: patches.filter(({ data }) => data.crossing !== undefined).length };
}

/** The reasons as they stand in the record: one a line. */
export function reasonsText({ reasons }: LeadScore): string {
  return reasons.join('\n');
}

function isNews({ person, ghostKey }: LeadItem, result: LeadScore, { write }: LeadScoringSettings): boolean {
  return ghostKey !== undefined || person?.[write.score] !== result.score || (person[write.reasons] ?? '') !== reasonsText(result);
}

async function adjusted(lead: Lead, result: LeadScore, { adjust }: LeadScoringSettings): Promise<LeadScore | Outcome> {
  if (adjust === undefined) return result;
  try {
    const { score, reasons } = AdjustedScore.parse(await adjust(lead, result));
    return { score: Math.min(100, Math.max(0, Math.round(score))), reasons: reasons.map(normalised) };
  } catch (error) {
    const problem = error instanceof Error && 'issues' in error ? (error.issues as readonly { readonly message: string }[])[0]!.message : (error as Error).message;
    return { state: 'failed', code: 'adjust_failed', reason: normalised(`The adjust function in the configuration failed: ${problem}`) };
  }
}

export function leadOf({ leader: { data } }: LeadGroup, forms: ReadonlyMap<string, readonly Behaviour[]>, nowMs: number): Lead {
  const { person = { id: data.recordId }, company, acts = [] } = data;
  const emails = addressesOf(data);
  return {
    person,
    ...(company === undefined ? {} : { company }),
    freeMail: emails[0] !== undefined && isFreeMail(emails[0].replace(/^.*@/, '')),
    behaviour: [...emails.flatMap((email) => forms.get(email) ?? []), ...acts],
    nowMs,
  };
}

async function formsByEmail(deps: ActivityDeps, { model, scorer }: LeadScoringSettings, groups: readonly LeadGroup[], nowMs: number): Promise<ReadonlyMap<string, readonly Behaviour[]>> {
  const integrations = [...deps.integrations.values()].filter(({ useCase }) => useCase.name === 'web-forms').map(({ name }) => name);
  if (model.forms.length === 0 || scorer !== undefined) return new Map();
  const since = new Date(nowMs - Math.max(...model.forms.map(memoryMs)));
  const found = await formsOf(deps.database, integrations, [...new Set(groups.flatMap(({ leader }) => addressesOf(leader.data)))], since);
  return new Map([...Map.groupBy(found, ({ email }) => email)].map(([email, forms]) =>
    [email, forms.map(({ integration, at }): Behaviour => ({ kind: 'form', integration, atMs: at.getTime() }))]));
}

/** The addresses by which a person's forms are known, the primary one first. */
function addressesOf({ person }: LeadItem): readonly string[] {
  const { primaryEmail, additionalEmails } = (person?.['emails'] ?? {}) as { readonly primaryEmail?: unknown; readonly additionalEmails?: unknown };
  const all = [primaryEmail, ...(Array.isArray(additionalEmails) ? (additionalEmails as readonly unknown[]) : [])];
  return [...new Set(all.filter((email): email is string => typeof email === 'string' && email !== '').map((email) => email.toLowerCase()))];
}
