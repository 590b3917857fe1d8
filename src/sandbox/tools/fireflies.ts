import { buildSchema, graphql, GraphQLError } from 'graphql';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

/** A meeting as Fireflies holds it. `summary` is null until it has been written. */
export interface FirefliesTranscript {
  readonly id: string;
  readonly title: string;
  readonly date: number;
  readonly duration: number;
  readonly transcript_url: string;
  readonly organizer_email: string | null;
  readonly participants: readonly string[];
  readonly meeting_attendees: readonly { readonly displayName: string | null; readonly name?: string | null; readonly email: string | null }[];
  readonly summary: { readonly overview?: string | null; readonly short_summary?: string | null; readonly shorthand_bullet?: string | null; readonly action_items?: string | null } | null;
  readonly sentences: readonly { readonly speaker_name: string | null; readonly text: string }[] | null;
}

const KEY = 'ff-sandbox-key';

/** The part of Fireflies' schema that concerns one meeting (docs.fireflies.ai/schema/transcript); what is not in it is refused, as there. */
const schema = buildSchema(`
  type Query { transcript(id: String!): Transcript }
  type Transcript {
    id: ID! title: String date: Float dateString: String duration: Float transcript_url: String organizer_email: String host_email: String
    participants: [String] meeting_attendees: [MeetingAttendee] summary: Summary sentences: [Sentence]
  }
  type MeetingAttendee { displayName: String name: String email: String phoneNumber: String location: String }
  type Summary { overview: String short_summary: String short_overview: String gist: String shorthand_bullet: String bullet_gist: String action_items: String keywords: [String] outline: String }
  type Sentence { index: Int speaker_id: Int speaker_name: String text: String raw_text: String start_time: Float end_time: Float }
`);

/** Fireflies' GraphQL API over the meetings that are put into it. */
export function firefliesStandIn(meetings: readonly FirefliesTranscript[] = []): StandIn & { put(meeting: FirefliesTranscript): void } {
  const held = new Map(meetings.map((one) => [one.id, one]));
  const transcript = ({ id }: { readonly id: string }): FirefliesTranscript => {
    if (!/^[\w-]{1,64}$/.test(id)) throw new GraphQLError('Invalid argument(s) were provided', { extensions: { code: 'invalid_arguments', status: 400, metadata: { fields: [{ name: 'id', message: 'id is not valid' }] } } });
    const found = held.get(id);
    if (found === undefined) throw new GraphQLError('Transcript not found', { extensions: { code: 'object_not_found', status: 404, metadata: { objectType: 'Transcript', objectId: id } } });
    return found;
  };
  return {
    name: 'fireflies',
    stands: 'api.fireflies.ai',
    env: (url) => ({ FIREFLIES_BASE_URL: url, FIREFLIES_API_KEY: KEY, FIREFLIES_WEBHOOK_SECRET: 'fireflies-sandbox-secret' }),
    put: (meeting) => void held.set(meeting.id, meeting),
    async answer(request) {
      if (request.headers['authorization'] !== `Bearer ${KEY}`) return refusal(401, 'auth_failed', 'Authentication failed. Provide a valid API key.');
      if (request.method !== 'POST' || request.path !== '/graphql') return { status: 404, body: 'Not Found' };
      return answerQuery(request, { transcript });
    },
    tooMany: () => refusal(429, 'too_many_requests', 'Too many requests. Please retry after a while.', { retryAfter: Date.now() + 1_000 }),
    broken: () => refusal(500, 'internal_server_error', 'Something went wrong'),
    save: () => [...held.values()],
    load: (saved) => (saved as FirefliesTranscript[]).forEach((one) => held.set(one.id, one)),
  };
}

async function answerQuery(request: ToolRequest, rootValue: object): Promise<ToolAnswer> {
  const { query, variables } = (request.json() ?? {}) as { readonly query?: unknown; readonly variables?: Record<string, unknown> };
  if (typeof query !== 'string') return refusal(400, 'invalid_arguments', 'Invalid argument(s) were provided');
  const { data, errors } = await graphql({ schema, source: query, rootValue, variableValues: variables ?? {} });
  const [error] = errors ?? [];
  if (error === undefined) return { status: 200, body: { data } };
  const { code = 'GRAPHQL_VALIDATION_FAILED', status, metadata } = error.extensions as { code?: string; status?: number; metadata?: object };
  if (status === undefined) return refusal(400, code, error.message);
  return { ...refusal(status, code, error.message, metadata), status: 200 };
}

/** docs.fireflies.ai/fundamentals/errors */
function refusal(status: number, code: string, message: string, metadata?: object): ToolAnswer {
  const helpUrls = [`https://docs.fireflies.ai/miscellaneous/error-codes#${code}`];
  return { status, body: { data: null, errors: [{ message, code, friendly: true, extensions: { code, status, helpUrls, ...(metadata === undefined ? {} : { metadata }) } }] } };
}
