import { z } from 'zod';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';

/** Something that a person took part in. */
export interface PersonAct {
  readonly personId: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * What Twenty's own calendar and mailbox know of people. The objects and their fields are those of the introspection of 2.21; an
 * answer of a workspace with mailboxes has not been recorded.
 */
export interface TwentyActs {
  /** Meetings that took place or are planned and were not called off. One root field for 200 people and up to 1,000 meetings. */
  meetingsOf(personIds: readonly string[], since: Date, ctx: CallContext): Promise<readonly PersonAct[]>;
  /** E-mails that the people wrote. One root field for 200 people and up to 1,000 e-mails. */
  emailsFrom(personIds: readonly string[], since: Date, ctx: CallContext): Promise<readonly PersonAct[]>;
}

export function actsReader(connection: Connection): TwentyActs {
  return {
    async meetingsOf(personIds, since, ctx) {
      const nodes = await participants(connection, 'calendarEventParticipant', {
        filter: { and: [{ personId: { in: personIds } }, { calendarEvent: { startsAt: { gte: since.toISOString() } } }] },
        selection: 'id personId calendarEvent{startsAt isCanceled}', answer: Meeting,
      }, ctx);
      return nodes.flatMap(({ personId, calendarEvent }) => (calendarEvent?.isCanceled === true ? [] : actAt(personId, calendarEvent?.startsAt)));
    },
    async emailsFrom(personIds, since, ctx) {
      const nodes = await participants(connection, 'messageParticipant', {
        filter: { and: [{ personId: { in: personIds } }, { role: { eq: 'FROM' } }, { message: { receivedAt: { gte: since.toISOString() } } }] },
        selection: 'id personId message{receivedAt}', answer: Email,
      }, ctx);
      return nodes.flatMap(({ personId, message }) => actAt(personId, message?.receivedAt));
    },
  };
}

const instant = z.string().nullish();
const Meeting = z.object({ personId: z.string(), calendarEvent: z.object({ startsAt: instant, isCanceled: z.boolean().nullish() }).nullish() });
const Email = z.object({ personId: z.string(), message: z.object({ receivedAt: instant }).nullish() });

const PAGE = 1000;

interface Wish<T> {
  readonly filter: object;
  readonly selection: string;
  readonly answer: z.ZodType<T>;
}

/** Walks in the order of ids: only orders whose value stands in the cursor are safe. */
async function participants<T>(connection: Connection, object: string, { filter, selection, answer }: Wish<T>, ctx: CallContext): Promise<readonly T[]> {
  const type = object.charAt(0).toUpperCase() + object.slice(1);
  const found: T[] = [];
  for (let after: string | undefined; ; ) {
    const page = await call(connection, {
      kind: 'query', rootField: `${object}s`, records: PAGE,
      types: { filter: `${type}FilterInput`, orderBy: `[${type}OrderByInput]`, first: 'Int', ...(after === undefined ? {} : { after: 'String' }) },
      values: { filter, orderBy: [{ id: 'AscNullsFirst' }], first: PAGE, ...(after === undefined ? {} : { after }) },
      selection: `pageInfo{hasNextPage endCursor} edges{node{${selection}}}`,
      answer: z.object({ edges: z.array(z.object({ node: answer })), pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }) }),
    }, ctx);
    found.push(...page.edges.map(({ node }) => node));
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage || typeof endCursor !== 'string' || endCursor === after) return found;
    after = endCursor;
  }
}

function actAt(personId: string, at: string | null | undefined): readonly PersonAct[] {
  const atMs = Date.parse(at ?? '');
  return Number.isNaN(atMs) ? [] : [{ personId, atMs }];
}
