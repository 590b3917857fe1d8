import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { createGenericClient } from '../generic/client.ts';
import type { LeadQuestion, Scorer, ScorerAnswer } from '../scorer.ts';
import type { OpenTool } from '../tool.ts';
import type { GenericScore, GenericScorerSettings } from './index.ts';

const SERVICE = 'generic-scorer';

/** A scoring service that the configuration describes. */
export const openGenericScorer: OpenTool<GenericScorerSettings> = (settings, context) => {
  const client = createGenericClient(SERVICE, settings, context);
  const one = withBody(settings.score, ONE);
  const many = withBody(settings.scores, MANY);
  const single: Scorer = {
    perRequest: 1,
    async score([lead], call) {
      const read = lead === undefined || one === undefined ? undefined : await client.ask(one, lead, Score, call, { changes: false });
      const answer = answerOf(read);
      return new Map(lead === undefined || answer === undefined ? [] : [[lead.id, answer]]);
    },
  };
  if (many === undefined) return { scorer: single };
  return {
    scorer: {
      perRequest: settings.atOnce,
      async score(leads, call) {
        const read = leads.length === 0 ? [] : ((await client.ask(many, { leads }, Scores, call, { changes: false })) ?? []);
        return new Map(inOrder(leads, read).flatMap(([id, score]) => {
          const answer = answerOf(score);
          return answer === undefined ? [] : [[id, answer]];
        }));
      },
    },
  };
};

/** What is sent where the configuration does not say it; what a lead does not have is left out. */
const ONE = { email: '{email}', domain: '{domain}', attributes: '{attributes}' };
const MANY = { leads: '{leads}' };

/** Which answer belongs to which lead: by the ids where the answers have them, else by their places. */
function inOrder(leads: readonly LeadQuestion[], read: readonly (GenericScore | null)[]): readonly (readonly [string, GenericScore | null])[] {
  if (read.some((one) => one?.id !== undefined)) {
    const asked = new Set(leads.map(({ id }) => id));
    return read.flatMap((one) => (one?.id !== undefined && asked.has(one.id) ? [[one.id, one] as const] : []));
  }
  if (read.length !== 0 && read.length !== leads.length) {
    throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: ${String(read.length)} answers to ${String(leads.length)} leads, without ids that tell them apart`);
  }
  return read.map((one, index) => [leads[index]!.id, one]);
}

/** Neither score nor grade: the service cannot tell. */
function answerOf(read: GenericScore | null | undefined): ScorerAnswer | undefined {
  if (read === undefined || read === null || (read.score === undefined && read.grade === undefined)) return undefined;
  const reasons = typeof read.reasons === 'string' ? read.reasons.split('\n') : (read.reasons ?? []);
  return {
    ...(read.score === undefined ? {} : { score: read.score }), ...(read.grade === undefined ? {} : { grade: read.grade }),
    reasons: reasons.map((line) => line.trim()).filter((line) => line !== ''),
  };
}

/** A GET sends nothing but its address. */
function withBody<O extends { readonly method: string; readonly body?: unknown }>(operation: O | undefined, usual: object): O | undefined {
  return operation === undefined || operation.body !== undefined || operation.method === 'GET' ? operation : { ...operation, body: usual };
}

const absent = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
const Score: z.ZodType<GenericScore> = z.object({
  id: absent(z.string()), score: absent(z.number()), grade: absent(z.string()), reasons: absent(z.union([z.string(), z.array(z.string())])),
});
const Scores = z.array(Score.nullable());
