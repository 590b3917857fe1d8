import type { SequenceNews } from '../../connectors/sequence-news.ts';
import { primaryEmail } from '../../domain/record-words.ts';
import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import { type Enrolment, enrolmentsByLead, enrolmentsOf, type EnrolmentNews, noteStates } from '../../store/sequences.ts';
import { rankOf } from '../../workflows/email-sequences/rules.ts';
import type { EmailSequencesSettings } from '../../workflows/email-sequences/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups } from '../records/record-groups.ts';
import { onConnection } from '../runtime/step.ts';
import { loadNews, nameOf, type NewsItem, type NewsPlace, placeAt, sequencesOf } from './sequence-item.ts';

/** Finds whom the news is about among those whom Sluice has enrolled; answers how many addresses are left to be found in Twenty. */
export async function placeNews(deps: ActivityDeps, run: RunInput): Promise<{ unknown: number }> {
  const { settings } = sequencesOf(deps, run);
  const groups = await loadNews(deps, run);
  const all = groups.flatMap(({ leader }) => leader.data.news);
  const known = await enrolmentsByLead(deps.database, run.integration, {
    leadIds: all.flatMap(({ leadId }) => leadId ?? []), emails: all.flatMap(({ email }) => email ?? []),
  });
  const placed = groups.map(({ leader }) => ({ leader, places: leader.data.news.map((one) => placeOf(settings, one, known)) }));
  await patchItems(deps.database, run, placed.map(({ leader, places }) => ({ deliveryId: leader.deliveryId, data: { places: places.map((place) => place ?? null) } })));
  return { unknown: new Set(placed.flatMap(({ leader, places }) => leader.data.news.flatMap(({ email }, n) => (places[n] === undefined ? (email ?? []) : [])))).size };
}

/** By the lead's id before the address; of several sequences the one that the news names, else the last. */
function placeOf(settings: EmailSequencesSettings, { leadId, email, sequence, sequenceName }: SequenceNews, known: readonly Enrolment[]): NewsPlace | undefined {
  const byId = known.filter((one) => leadId !== undefined && one.leadId === leadId);
  const own = byId.length > 0 ? byId : known.filter((one) => one.email === email);
  const found = own.findLast((one) => one.sequence === sequence) ?? own.at(-1);
  if (found === undefined) return undefined;
  const { personId, email: address } = found;
  if (sequence === undefined || found.sequence === sequence) return { personId, sequence: found.sequence, name: found.name, email: address };
  return { personId, sequence, name: nameOf(settings, sequence, sequenceName), email: email ?? address };
}

/** Finds the people whom Sluice has not enrolled itself, by their address in Twenty. */
export async function findNewsPeople(deps: ActivityDeps, run: RunInput): Promise<{ found: number }> {
  const { settings } = sequencesOf(deps, run);
  const open = (await loadNews(deps, run)).filter(({ leader: { data } }) => data.news.some(({ email }, n) => email !== undefined && placeAt(data, n) === undefined));
  const emails = [...new Set(open.flatMap(({ leader: { data } }) => data.news.flatMap(({ email }, n) => (placeAt(data, n) === undefined ? (email ?? []) : []))))];
  if (emails.length === 0) return { found: 0 };
  const people = await onConnection(deps, run, settings.twenty, (context) => deps.twenty(settings.twenty).findPeopleByEmails(emails, context));
  const live = people.filter(({ deletedAt }) => deletedAt === undefined);
  const byEmail = (email: string): string | undefined =>
    (live.find((person) => primaryEmail(person)?.toLowerCase() === email) ?? live.find((person) => person.emails.additionalEmails.some((one) => one.toLowerCase() === email)))?.id;
  const patches = open.map(({ leader: { deliveryId, data } }) => ({
    deliveryId,
    data: {
      places: data.news.map(({ email, sequence, sequenceName }, n): NewsPlace | null => {
        const personId = email === undefined || placeAt(data, n) !== undefined ? undefined : byEmail(email);
        if (personId === undefined) return data.places?.[n] ?? null;
        return { personId, sequence: sequence ?? 'unknown', name: sequence === undefined ? (sequenceName ?? 'a sequence') : nameOf(settings, sequence, sequenceName), email: email! };
      }),
    },
  }));
  await patchItems(deps.database, run, patches);
  return { found: live.length };
}

/** Notes what the tool tells: each enrolment keeps the highest state, in whatever order they come. Answers for how many people there is something to be written. */
export async function takeNews(deps: ActivityDeps, run: RunInput): Promise<{ told: number }> {
  const groups = await loadNews(deps, run);
  await endGroups(deps, run, groups.filter(({ leader: { data } }) => data.news.every((_, n) => placeAt(data, n) === undefined)).map((group) => ({
    group, outcome: { state: 'skipped', code: 'unknown_person', reason: 'The sequence tool tells of somebody who is not in Twenty, or not under this address.' },
  })));
  const placed = groups.flatMap(({ leader: { deliveryId, data } }) => data.news.flatMap((one, n) => {
    const place = placeAt(data, n);
    return place === undefined ? [] : [{ deliveryId, news: newsOf(one, place) }];
  }));
  if (run.dryRun || placed.length === 0) return { told: 0 };

  const personIds = [...new Set(placed.map(({ news }) => news.personId))];
  const before = await enrolmentsOf(deps.database, run.integration, personIds);
  const fresh = placed.filter(({ news }) => isNews(news, before.find((one) => one.personId === news.personId && one.sequence === news.sequence)));
  await patchItems(deps.database, run, fresh.map(({ deliveryId }) => ({ deliveryId, data: { fresh: true } satisfies Partial<NewsItem> })));
  await noteStates(deps.database, run, run.integration, placed.map(({ news }) => news));
  const after = await enrolmentsOf(deps.database, run.integration, personIds);
  return { told: new Set(after.filter(({ owed, taskId, rank, notedRank }) => owed || (taskId !== undefined && notedRank < rank)).map(({ personId }) => personId)).size };
}

/** What a lost run has noted and not written yet is news still. */
function isNews({ rank }: EnrolmentNews, known: Enrolment | undefined): boolean {
  return known === undefined || rank > known.rank || (rank === known.rank && known.owed);
}

function newsOf({ kind, leadId, at }: SequenceNews, { personId, sequence, name, email }: NewsPlace): EnrolmentNews {
  return { personId, sequence, name, email, state: kind, rank: rankOf(kind), ...(leadId === undefined ? {} : { leadId }), ...(at === undefined ? {} : { at: new Date(at) }) };
}
