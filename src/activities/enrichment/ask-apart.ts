import { ConnectorError } from '../../domain/failure.ts';
import type { Question } from '../../domain/profile.ts';
import type { EnricherAnswer, Lookup } from '../../connectors/enricher.ts';
import type { StepContext } from '../runtime/step.ts';

/** One record that spoils a request is looked for with at most this many requests more; then the rest is refused. */
const EXTRA_REQUESTS = 20;

/**
 * Asks in one request, and takes it apart when the provider refuses it as it is: one bad record must not spoil the answer for the others.
 * A refused request costs nothing. An answer that makes no sense is not asked for again, for it may have been paid. `heard` is told of
 * every answer before the next request is made.
 */
export async function askApart<Q extends Question>(lookup: Lookup, questions: readonly Q[], first: StepContext, later: StepContext, heard: (asked: readonly Q[], answers: readonly EnricherAnswer[]) => Promise<void>): Promise<void> {
  const open: (readonly Q[])[] = [questions];
  for (let requests = 0; ; requests += 1) {
    const asked = open.shift();
    if (asked === undefined) return;
    const answers = await ask(lookup, asked, requests === 0 ? first : later);
    if (Array.isArray(answers)) await heard(asked, answers as readonly EnricherAnswer[]);
    else if (asked.length > 1 && (answers as ConnectorError).kind === 'rejected' && requests < EXTRA_REQUESTS) open.unshift(asked.slice(0, Math.ceil(asked.length / 2)), asked.slice(Math.ceil(asked.length / 2)));
    else await heard(asked, asked.map(() => ({ kind: 'refused', reason: (answers as ConnectorError).message })));
  }
}

/** The answers, or the refusal of the whole request. */
async function ask(lookup: Lookup, questions: readonly Question[], context: StepContext): Promise<readonly EnricherAnswer[] | ConnectorError> {
  try {
    return await lookup.ask(questions.map((question) => withoutHash(question)), context);
  } catch (error) {
    if (error instanceof ConnectorError && (error.kind === 'rejected' || error.kind === 'malformed')) return error;
    throw error;
  }
}

function withoutHash(question: Question): Question {
  return Object.fromEntries(Object.entries(question).filter(([name]) => name !== 'hash'));
}
