import type { Selection } from '../../domain/selection.ts';
import { createHttpClient } from '../http/client.ts';
import { actsReader } from './acts.ts';
import type { TwentyActs } from './acts.ts';
import type { CallContext, Connection } from './call.ts';
import { changesReader } from './changes.ts';
import type { TwentyChanges } from './changes.ts';
import { createMany } from './create.ts';
import type { CreateOptions, CreateResult } from './create.ts';
import { findAlike } from './find-alike.ts';
import { findByField } from './find-by.ts';
import { findByIds, findCompanies, findPeopleByEmails, workspaceMembers } from './find.ts';
import { findOpportunities } from './find-opportunities.ts';
import type { FoundOpportunity } from './find-opportunities.ts';
import { metadataClient } from './metadata.ts';
import type { TwentyMetadata } from './metadata.ts';
import type { ObjectName, WritableObject } from './objects.ts';
import type { RecordOf, TwentyCompany, TwentyFields, TwentyPerson, TwentyRecordInput, WorkspaceMember } from './records.ts';
import { relatedReader } from './related.ts';
import type { TwentyRelated } from './related.ts';
import { whollyNamed } from './objects.ts';
import { planSelection } from './selection.ts';
import type { PlanOptions, SelectionPlan } from './selection.ts';
import { selectionCount, selectionPage, selectionPages } from './selection-pages.ts';
import type { SelectionCount, SelectionPage } from './selection-pages.ts';
import { shapeReader } from './shapes.ts';
import { restore, softDelete } from './trash.ts';
import { updateOne } from './update.ts';
import type { UpdateResult, UpdateRow } from './update.ts';
import { probeCalls } from './webhooks-probe.ts';
import type { TwentyProbes } from './webhooks-probe.ts';
import { rereadForUpdate, upsertByIds } from './upsert.ts';

export type { CallContext } from './call.ts';
export type { FoundRecord, TwentyChanges } from './changes.ts';
export { companyDomainForWrite } from './company-host.ts';
export type { CreateOptions, CreateResult } from './create.ts';
export type { FoundOpportunity } from './find-opportunities.ts';
export { findByKey } from './find-by-key.ts';
export { wholly } from './objects.ts';
export { patchOf, valueAt } from './paths.ts';
export type { ObjectName, WritableObject } from './objects.ts';
export type { RecordOf, TwentyCompany, TwentyFields, TwentyPerson, TwentyRecordInput, WorkspaceMember } from './records.ts';
export type { RelatedRecord, RelatedWish } from './related.ts';
export type { PlanOptions, SelectionPlan } from './selection.ts';
export type { SelectionCount, SelectionPage } from './selection-pages.ts';
export type { UpdateResult, UpdateRow } from './update.ts';

export interface TwentyOptions {
  /** Base address of the server: `https://crm.example.com`. */
  readonly url: string;
  /** Read for every request, so that a renewed key is used at once. */
  readonly apiKey: () => string;
  /** Records in one call: 200, or 60 for servers that refuse more. */
  readonly maxBatch?: number;
  /** For one request, in milliseconds. */
  readonly timeoutMs?: number;
  /** Hosts that may be called over http or in a private network. */
  readonly allowInsecure?: readonly string[];
  /** Where people open Twenty, when that is not `url`. */
  readonly frontUrl?: string;
}

/**
 * Twenty's records and metadata. Every method throws only ConnectorError and retries nothing. Reads bring the trash along,
 * marked by `deletedAt`. There is no update without an id, no destroying and no find by a view's id: Twenty's cliffs have no door here.
 * Objects are named in the singular, custom ones too: those are looked up in the workspace, and one that it does not have is `rejected`.
 */
export interface TwentyClient {
  findPeopleByEmails(emails: readonly string[], ctx: CallContext, fields?: readonly string[]): Promise<readonly TwentyPerson[]>;
  findCompanies(
    keys: { readonly domains: readonly string[]; readonly names: readonly string[] }, ctx: CallContext, fields?: readonly string[],
  ): Promise<readonly TwentyCompany[]>;
  findByIds<O extends ObjectName>(object: O, ids: readonly string[], ctx: CallContext, fields?: readonly string[]): Promise<readonly RecordOf[O][]>;
  /** Records in whose names a word begins with these letters, to be compared by likeness; one token for each 1,000 of them. */
  findAlike<O extends 'person' | 'company'>(
    object: O, beginnings: readonly string[], ctx: CallContext, fields?: readonly string[],
  ): Promise<readonly (O extends 'person' ? TwentyPerson : TwentyCompany)[]>;
  /** Records whose field, `externalId` or `emails.primaryEmail`, holds exactly one of the values; one token for up to `maxBatch` of them. */
  findByField<O extends ObjectName>(
    object: O, field: string, values: readonly (string | number)[], ctx: CallContext, fields?: readonly string[],
  ): Promise<readonly RecordOf[O][]>;
  /** The opportunities of these companies and points of contact, whatever their stage, none of the trash; one token for up to `maxBatch` ids. */
  findOpportunities(of: { readonly companies: readonly string[]; readonly contacts: readonly string[] }, ctx: CallContext): Promise<readonly FoundOpportunity[]>;
  workspaceMembers(ctx: CallContext): Promise<readonly WorkspaceMember[]>;
  /** Makes a selection of an object's records (singular name) definite: plain data for the three below. Costs no token. */
  planSelection(object: string, selection: Selection, options?: PlanOptions): Promise<SelectionPlan>;
  /** One page of up to `maxBatch` records by id, for one token; `cursor` is the `next` of the page before. */
  selectionPage(plan: SelectionPlan, cursor: string | undefined, ctx: CallContext, fields?: readonly string[]): Promise<SelectionPage>;
  /** All pages, one after another. */
  selectionPages(plan: SelectionPlan, ctx: CallContext, fields?: readonly string[]): AsyncGenerator<SelectionPage, void, undefined>;
  /** How many records it has, and of a view how many the server itself counts. The caller decides what a difference means. */
  selectionCount(plan: SelectionPlan, ctx: CallContext): Promise<SelectionCount>;
  createMany<O extends WritableObject>(
    object: O, records: readonly TwentyRecordInput[], ctx: CallContext, options?: CreateOptions,
  ): Promise<readonly CreateResult<O>[]>;
  rereadForUpdate<O extends WritableObject>(object: O, ids: readonly string[], fields: readonly string[], ctx: CallContext): Promise<readonly RecordOf[O][]>;
  upsertByIds<O extends WritableObject>(object: O, rows: readonly UpdateRow[], readAtMs: number, ctx: CallContext, fields?: readonly string[]): Promise<readonly UpdateResult<O>[]>;
  updateOne<O extends WritableObject>(object: O, id: string, patch: TwentyFields, ctx: CallContext, fields?: readonly string[]): Promise<UpdateResult<O>>;
  /** False when the record is not there any more. */
  softDelete(object: WritableObject, id: string, ctx: CallContext): Promise<boolean>;
  /** Brings a record back from the trash. False when it is not there any more. */
  restore(object: WritableObject, id: string, ctx: CallContext): Promise<boolean>;
  /** Where a person opens the record. */
  recordUrl(object: ObjectName, id: string): string;
  /** Resolves when the server answers and knows the key. Costs no token. */
  ping(ctx?: Pick<CallContext, 'signal'>): Promise<void>;
  readonly metadata: TwentyMetadata;
  /** What changed, and what is there, page by page. */
  readonly changes: TwentyChanges;
  /** What its calendar and mailbox know of people. */
  readonly acts: TwentyActs;
  /** Records together with one that each of them links to. */
  readonly related: TwentyRelated;
  /** Records that are written only to see their events come back. */
  readonly probes: TwentyProbes;
  /** Ends the kept connections. */
  close(): Promise<void>;
}

export function createTwentyClient(options: TwentyOptions): TwentyClient {
  const { allowInsecure = [], timeoutMs = 30_000, maxBatch = 200 } = options;
  const url = options.url.replace(/\/+$/, '');
  const frontUrl = (options.frontUrl ?? url).replace(/\/+$/, '');
  const http = createHttpClient({ service: 'twenty', timeoutMs, allowInsecure });
  const connection: Connection = { http, url, apiKey: options.apiKey, maxBatch };
  const metadata = metadataClient(connection);
  const shape = shapeReader(connection, metadata.client);
  return {
    findPeopleByEmails: async (emails, ctx, fields) => findPeopleByEmails(connection, await shape('person', fields, ctx.signal), emails, ctx, fields),
    findCompanies: async (keys, ctx, fields) => findCompanies(connection, await shape('company', fields, ctx.signal), keys, ctx, fields),
    findByIds: async (object, ids, ctx, fields) => findByIds(connection, await shape(object, fields, ctx.signal), ids, ctx, fields),
    findAlike: (object, beginnings, ctx, fields) => findAlike(connection, object, beginnings, ctx, fields),
    findByField: async (object, field, values, ctx, fields) => findByField(connection, await shape(object, fields, ctx.signal), field, values, ctx, fields),
    findOpportunities: (of, ctx) => findOpportunities(connection, of, ctx),
    workspaceMembers: (ctx) => workspaceMembers(connection, ctx),
    planSelection: (object, selection, planOptions) => planSelection(connection, metadata.client, object, selection, planOptions),
    selectionPage: async (plan, cursor, ctx, fields = []) => {
      const described = whollyNamed(fields).length === 0 ? undefined : await shape(plan.object as ObjectName, fields, ctx.signal);
      return selectionPage(connection, plan, cursor, ctx, fields, described?.parts);
    },
    selectionPages: (plan, ctx, fields) => selectionPages(connection, plan, ctx, fields),
    selectionCount: (plan, ctx) => selectionCount(connection, plan, ctx),
    createMany: async (object, records, ctx, createOptions) => createMany(connection, await shape(object, createOptions?.fields, ctx.signal), records, ctx, createOptions),
    rereadForUpdate: async (object, ids, fields, ctx) => rereadForUpdate(connection, await shape(object, fields, ctx.signal), ids, fields, ctx),
    upsertByIds: async (object, rows, readAtMs, ctx, fields) => upsertByIds(connection, await shape(object, fields, ctx.signal), rows, readAtMs, ctx, fields),
    updateOne: async (object, id, patch, ctx, fields) => updateOne(connection, await shape(object, fields, ctx.signal), id, patch, ctx, fields),
    softDelete: async (object, id, ctx) => softDelete(connection, await shape(object, [], ctx.signal), id, ctx),
    restore: async (object, id, ctx) => restore(connection, await shape(object, [], ctx.signal), id, ctx),
    recordUrl: (object, id) => `${frontUrl}/object/${object}/${id}`,
    ping: (ctx) => metadata.ping(ctx?.signal),
    metadata: metadata.client,
    changes: changesReader(connection, metadata.client),
    acts: actsReader(connection),
    related: relatedReader(connection, metadata.client),
    probes: probeCalls(connection),
    close: () => http.close(),
  };
}
