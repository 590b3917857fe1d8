import { ApplicationFailure } from '@temporalio/activity';
import type { Question } from '../../domain/profile.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { EnricherAnswer } from '../../connectors/enricher.ts';
import { finishEffects } from '../../store/effects.ts';
import { type AnswerAges, keepAnswers, type KeptAnswer, keptAnswers, releaseQuestions, takeQuestions } from '../../store/enrichment.ts';
import type { ItemPatch } from '../../store/items.ts';
import type { Unasked } from '../../workflows/enrichment/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { membersOfGroup } from '../records/record-groups.ts';
import { midway, type StepContext } from '../runtime/step.ts';
import { carryOut, type ToolChange, type ToolEnd } from '../tools/carry-out.ts';
import { askApart } from './ask-apart.ts';
import { askStep, type EnrichGroup, type EnrichItem, enrichmentOf, loadSubjects } from './enrich-item.ts';
import { missesOf } from './plan-asking.ts';
import { creditsAreBack, pauseAfter, type Provider, providerOf, resting, wentAway } from './providers.ts';

/** So many requests are made before the workflow hears of it. */
const REQUESTS_AT_A_TIME = 20;

interface AskRequest {
  readonly ask: string;
  readonly questions: readonly (Question & { readonly hash: string })[];
}

/** By the hash of the question. */
type Answers = Readonly<Record<string, EnricherAnswer>>;

/**
 * Asks a provider about the records that are laid out for it, in as few requests as it takes. Every answer is kept before anything else
 * is done with it: it is paid for. A provider without credits, with a bad key or out of order ends the step as `Resting`, and its
 * records note why it was not asked. Answers how many requests are left.
 */
export async function askProvider(deps: ActivityDeps, run: RunInput, index: number): Promise<{ left: number }> {
  const { settings } = enrichmentOf(deps, run);
  const provider = providerOf(deps, settings, index);
  const days = { found: settings.freshDays, none: settings.noMatchDays };
  const chunks = [...Map.groupBy((await loadSubjects(deps, run)).filter(({ leader: { data } }) => typeof data.chunk === 'number'), ({ leader: { data } }) => data.chunk!)].sort(([a], [b]) => a - b);
  const now = chunks.slice(0, REQUESTS_AT_A_TIME);
  if (!run.dryRun) {
    const gone = await wentAway(deps.database, provider);
    if (gone !== undefined) await pass(deps, run, provider, gone, chunks);
  }
  try {
    await carryOut<AskRequest, Answers>(deps, run, {
      connection: provider.connection, step: askStep(provider.connection),
      changes: now.map(([chunk, groups]) => changeOf(run, settings.object, provider, chunk, groups)),
      send: async ({ questions }, _key, context) => ({ answer: await alone(deps, run, provider, questions, () => answersTo(deps, provider, questions, days, context)) }),
      recall: async ({ questions }) => known(await keptAnswers(deps.database, provider.connection, questions.map(({ hash }) => hash), days)),
    }, (end, place) => now[place]![1].map((group) => ({ deliveryId: group.leader.deliveryId, data: { chunk: null, ...heard(provider, group, end) } })));
  } catch (error) {
    const pause = await pauseAfter(deps.database, provider, error);
    if (pause === undefined) throw error;
    await pass(deps, run, provider, pause, chunks);
  }
  return { left: chunks.length - now.length };
}

function changeOf(run: RunInput, object: string, { connection, service }: Provider, chunk: number, groups: readonly EnrichGroup[]): ToolChange<AskRequest> {
  const questions = new Map(groups.map(({ leader: { data } }) => [data.questionHash!, { ...data.question!, hash: data.questionHash! }]));
  return {
    key: askKey(run, connection, chunk),
    summary: `ask ${service} about ${questions.size === 1 ? `one ${object}` : `${String(questions.size)} ${object === 'person' ? 'people' : 'companies'}`}`,
    members: groups.flatMap(membersOfGroup),
    request: { ask: object, questions: [...questions.values()] },
  };
}

function askKey(run: RunInput, connection: string, chunk: number): string {
  return `${run.integration}/ask ${connection}/${String(chunk)}/${run.setId}`;
}

/** Asks while no other run asks the same: the answer of that one will do. An interrupted attempt of this run is no other. */
async function alone<T>({ database }: ActivityDeps, { setId }: RunInput, { connection, service }: Provider, questions: AskRequest['questions'], work: () => Promise<T>): Promise<T> {
  const hashes = questions.map(({ hash }) => hash);
  if (!(await takeQuestions(database, connection, setId, hashes, HOLD_MS))) {
    throw ApplicationFailure.create({ type: 'Asked', message: `another run is asking ${service} the same`, nextRetryDelay: ASKED_MS, category: 'BENIGN' });
  }
  try {
    return await work();
  } finally {
    await releaseQuestions(database, connection, setId, hashes);
  }
}

/** Longer than any request may take. */
const HOLD_MS = 180_000;
const ASKED_MS = 1_000;

/** What an attempt before, or another run, has kept is not asked again. */
async function answersTo(deps: ActivityDeps, { connection, lookup }: Provider, questions: AskRequest['questions'], days: AnswerAges, context: StepContext): Promise<Answers> {
  const kept = await keptAnswers(deps.database, connection, questions.map(({ hash }) => hash), days);
  const open = questions.filter(({ hash }) => !kept.has(hash));
  if (open.length === 0) return known(kept);
  const answers: Record<string, EnricherAnswer> = { ...known(kept) };
  await askApart(lookup, open, context, midway(context), async (asked, heardNow) => {
    asked.forEach(({ hash }, place) => (answers[hash] = heardNow[place]!));
    const worthKeeping = asked.flatMap(({ hash }): Pick<KeptAnswer, 'question' | 'profile'>[] => {
      const answer = answers[hash]!;
      return answer.kind === 'found' ? [{ question: hash, profile: answer.profile }] : answer.kind === 'none' ? [{ question: hash, profile: undefined }] : [];
    });
    await keepAnswers(deps.database, connection, worthKeeping, days);
    if (heardNow.some(({ kind }) => kind === 'unpaid')) throw new ConnectorError(connection, 'rate_limited', `${connection}: its credits are used up`, { retryAfterMs: CREDITS_MS });
    if (heardNow.some(({ kind }) => kind === 'later')) throw new ConnectorError(connection, 'unavailable', `${connection}: some of the records were not looked up`);
    await creditsAreBack(deps.database, connection);
  });
  return answers;
}

/** Somebody may have bought some. */
const CREDITS_MS = 3_600_000;

function known(kept: Awaited<ReturnType<typeof keptAnswers>>): Answers {
  return Object.fromEntries([...kept].map(([hash, { profile }]): [string, EnricherAnswer] => [hash, profile === undefined ? { kind: 'none' } : { kind: 'found', profile }]));
}

/** What a request made of one of its records. */
function heard({ connection, service }: Provider, group: EnrichGroup, end: ToolEnd<Answers>): Partial<EnrichItem> {
  const { questionHash, unasked = [] } = group.leader.data;
  if (end.status === 'planned') return { wouldAsk: service };
  const answer = end.status === 'done' ? end.answer?.[questionHash!] : undefined;
  if (answer?.kind === 'found') return { provider: connection, service, profile: answer.profile };
  if (answer?.kind === 'none') return { misses: missesOf(group, service) };
  const words = answer?.kind === 'refused' ? `${service} refused the question: ${answer.reason}` : end.status === 'rejected' ? end.message : `${service} said nothing about it`;
  return { unasked: [...unasked, { connection, why: 'refused', words } satisfies Unasked] };
}

/** Passes a provider by: what it has been asked stands, what it has not been asked notes why. */
async function pass(deps: ActivityDeps, run: RunInput, provider: Provider, pause: Unasked, chunks: readonly (readonly [number, readonly EnrichGroup[]])[]): Promise<never> {
  const open = (await loadSubjects(deps, run)).filter(({ leader: { data } }) => typeof data.chunk === 'number');
  const answered = await keptAnswers(deps.database, provider.connection, open.map(({ leader: { data } }) => data.questionHash!), { found: 1, none: 1 });
  const patches = open.map((group): ItemPatch => {
    const { deliveryId, data } = group.leader;
    const answer = answered.get(data.questionHash!);
    // Some of a request were answered and paid before the credits came to an end.
    if (answer?.profile !== undefined) return { deliveryId, data: { chunk: null, provider: provider.connection, service: provider.service, profile: answer.profile } satisfies Partial<EnrichItem> };
    if (answer !== undefined) return { deliveryId, data: { chunk: null, misses: missesOf(group, provider.service) } satisfies Partial<EnrichItem> };
    return { deliveryId, data: { chunk: null, unasked: [...(data.unasked ?? []), pause] } satisfies Partial<EnrichItem> };
  });
  await finishEffects(deps.database, run, chunks.map(([chunk]) => ({ key: askKey(run, provider.connection, chunk), state: 'rejected' as const, code: pause.why, reason: `${pause.words}.` })), patches);
  throw resting(pause);
}
