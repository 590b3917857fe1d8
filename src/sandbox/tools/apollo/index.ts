import type { StandIn, ToolAnswer, ToolRequest } from '../stand-in.ts';
import { type ApolloEnrichmentOptions, enrichmentArea } from './enrichment.ts';
import { type ApolloSequenceOptions, type ApolloSequences, sequencesArea } from './sequences.ts';

/** A part of Apollo's API. Answers undefined for what is not its own. */
export interface ApolloArea {
  answer(request: ToolRequest): ToolAnswer | undefined;
  save?(): unknown;
  load?(saved: unknown): void;
}

export interface ApolloStandIn extends StandIn {
  /** How many matches have been billed. */
  readonly spent: () => number;
  refill(credits: number): void;
  /** The addresses in a sequence. */
  readonly enrolled: ApolloSequences['enrolled'];
}

const KEY = 'apollo-sandbox-key';

/** Apollo's API under `/api/v1`: the key in a header, its refusal as plain text, windows of calls in every answer (docs.apollo.io/reference/status-codes, …/rate-limits). */
export function apolloStandIn(options: ApolloEnrichmentOptions & ApolloSequenceOptions = {}): ApolloStandIn {
  const enrichment = enrichmentArea(options);
  const sequences = sequencesArea(options);
  const areas: Readonly<Record<string, ApolloArea>> = { enrichment, sequences };
  return {
    name: 'apollo',
    stands: 'api.apollo.io',
    env: (url) => ({ APOLLO_BASE_URL: `${url}/api/v1`, APOLLO_API_KEY: KEY }),
    answer(request) {
      if (request.headers['x-api-key'] !== KEY) return { status: 401, body: 'Invalid access credentials.', type: 'text/plain; charset=utf-8' };
      const path = /^\/api\/v1(\/.*)$/.exec(request.path)?.[1];
      const own = path === undefined ? undefined : Object.values(areas).map((area) => area.answer({ ...request, path })).find((one) => one !== undefined);
      const answer: ToolAnswer = own ?? { status: 404, body: { error: 'Not found' } };
      return { ...answer, headers: { ...LEFT, ...answer.headers } };
    },
    tooMany: () => ({
      status: 429, body: { message: 'The maximum number of api calls allowed for this endpoint is 50 times per minute. Please upgrade your plan.' },
      headers: { 'x-rate-limit-minute': '50', 'x-minute-usage': '50', 'x-minute-requests-left': '0', 'x-hourly-requests-left': '95', 'x-24-hour-requests-left': '295' },
    }),
    broken: () => ({ status: 500, body: { error: 'Internal Server Error' } }),
    save: () => Object.fromEntries(Object.entries(areas).map(([name, area]) => [name, area.save?.()])),
    load: (saved) => Object.entries(areas).forEach(([name, area]) => area.load?.((saved as Readonly<Record<string, unknown>>)[name])),
    spent: enrichment.spent,
    refill: enrichment.refill,
    enrolled: sequences.enrolled,
  };
}

const LEFT = { 'x-rate-limit-minute': '50', 'x-minute-requests-left': '49', 'x-rate-limit-hourly': '200', 'x-hourly-requests-left': '199', 'x-rate-limit-24-hour': '600', 'x-24-hour-requests-left': '599' };
