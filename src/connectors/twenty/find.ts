import { domainToUnicode } from 'node:url';
import { z } from 'zod';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { companyHost } from './company-host.ts';
import { isTwentyUuid } from './local-check.ts';
import { foldName, likeContaining, likeExactly, likeListMember } from './like.ts';
import { selectionOf } from './objects.ts';
import type { ObjectName } from './objects.ts';
import type { RecordOf, TwentyCompany, TwentyPerson, WorkspaceMember } from './records.ts';
import { knownShape } from './shapes.ts';
import type { Shape } from './shapes.ts';

/**
 * People who have one of these addresses, primary or additional, upper and lower case alike; the trash included and marked by
 * `deletedAt`. One root field for up to `maxBatch` addresses.
 */
export async function findPeopleByEmails(
  connection: Connection, person: Shape<'person'>, emails: readonly string[], ctx: CallContext, fields: readonly string[] = [],
): Promise<readonly TwentyPerson[]> {
  const wanted = unique(emails.map((email) => email.trim().toLowerCase()));
  const found = await inChunks(wanted, connection.maxBatch, (chunk) => {
    const primary = { emails: { primaryEmail: { in: chunk } } };
    const additional = chunk.map((email) => ({ emails: { additionalEmails: { like: likeListMember(email) } } }));
    return findAll(connection, person, [primary, ...additional], chunk.length, ctx, fields);
  });
  const held = new Set(wanted);
  return uniqueById(found).filter(({ emails: own }) =>
    [own.primaryEmail, ...own.additionalEmails].some((email) => held.has(email.toLowerCase())),
  );
}

/**
 * Companies with one of these domains, in whatever form Twenty holds them, or one of these names, upper and lower case alike;
 * the trash included and marked by `deletedAt`. One root field for up to `maxBatch` keys.
 */
export async function findCompanies(
  connection: Connection, company: Shape<'company'>, keys: { readonly domains: readonly string[]; readonly names: readonly string[] }, ctx: CallContext,
  fields: readonly string[] = [],
): Promise<readonly TwentyCompany[]> {
  const hosts = unique(keys.domains.map(companyHost));
  const names = unique(keys.names.map(foldName));
  const clauses = [
    ...hosts.map((host) => spellingsOf(host).map((like) => ({ domainName: { primaryLinkUrl: { ilike: like } } }))),
    ...names.map((name) => [{ name: { ilike: likeExactly(name) } }]),
  ];
  const found = await inChunks(clauses, connection.maxBatch, (chunk) =>
    findAll(connection, company, chunk.flat(), chunk.length, ctx, fields),
  );
  const heldHosts = new Set(hosts);
  const heldNames = new Set(names);
  return uniqueById(found).filter(
    ({ name, domainName }) => heldHosts.has(companyHost(domainName.primaryLinkUrl)) || heldNames.has(foldName(name)),
  );
}

/** Records by id, the trash included and marked by `deletedAt`; ids that Twenty does not know are absent from the answer. */
export async function findByIds<O extends ObjectName>(
  connection: Connection, object: Shape<O>, ids: readonly string[], ctx: CallContext, fields: readonly string[] = [],
): Promise<readonly RecordOf[O][]> {
  // A text that is no id would be refused; nothing can stand under it.
  const known = unique(ids.map((id) => id.toLowerCase())).filter(isTwentyUuid);
  return inChunks(known, connection.maxBatch, (chunk) =>
    findAll(connection, object, [{ id: { in: chunk } }], chunk.length, ctx, fields),
  );
}

export async function workspaceMembers(connection: Connection, ctx: CallContext): Promise<readonly WorkspaceMember[]> {
  const members = await pages(connection, knownShape('workspaceMember'), {}, PAGE, ctx, []);
  return members.map(({ id, name, userEmail }) => ({ id, firstName: name.firstName, lastName: name.lastName, email: userEmail }));
}

/** Records that fit any of the clauses, the trash included. Naming `deletedAt` is what makes Twenty show the trash. */
export function findAll<O extends ObjectName>(
  connection: Connection, object: Shape<O>, anyOf: readonly object[], keys: number, ctx: CallContext, fields: readonly string[] = [],
): Promise<readonly RecordOf[O][]> {
  const filter = { and: [{ or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] }, { or: anyOf }] };
  return pages(connection, object, filter, keys, ctx, fields);
}

/** Twenty serves a thousand records in one answer; more than that costs another root field. */
const PAGE = 1000;

/**
 * Walks a find to its end in the order of ids. Only orders whose value stands in the cursor are safe: ordered by a relation
 * Twenty's walk stops early.
 */
async function pages<O extends ObjectName>(
  connection: Connection, object: Shape<O>, filter: object, keys: number, ctx: CallContext, fields: readonly string[],
): Promise<RecordOf[O][]> {
  const { many, type } = object;
  const found: RecordOf[O][] = [];
  for (let after: string | undefined; ; ) {
    const page = await call(connection, {
      kind: 'query', rootField: many, records: keys,
      types: { filter: `${type}FilterInput`, orderBy: `[${type}OrderByInput]`, first: 'Int', ...(after === undefined ? {} : { after: 'String' }) },
      values: { filter, orderBy: [{ id: 'AscNullsFirst' }], first: PAGE, ...(after === undefined ? {} : { after }) },
      selection: `pageInfo{hasNextPage endCursor} edges{node{${selectionOf(object, fields)}}}`,
      answer: pageOf(object.record),
    }, ctx);
    found.push(...page.edges.map(({ node }) => node));
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage || typeof endCursor !== 'string' || endCursor === after) return found;
    after = endCursor;
  }
}

function pageOf<T>(node: z.ZodType<T>): z.ZodType<{ edges: { node: T }[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined } }> {
  return z.object({
    edges: z.array(z.object({ node })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  });
}

/** A short host stands inside many others (`e.co` in every `…e.com`), so it is looked for only where a host can begin. */
function spellingsOf(host: string): readonly string[] {
  const forms = unique([host, domainToUnicode(host)]);
  if (host.length > 8) return forms.map(likeContaining);
  return forms.flatMap((form) => [`${likeExactly(form)}%`, `%/${likeExactly(form)}%`, `%www.${likeExactly(form)}%`]);
}

async function inChunks<K, T>(keys: readonly K[], size: number, find: (chunk: readonly K[]) => Promise<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < keys.length; start += size) found.push(...(await find(keys.slice(start, start + size))));
  return found;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}

function uniqueById<T extends { readonly id: string }>(records: readonly T[]): readonly T[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}
