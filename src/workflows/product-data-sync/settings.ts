import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import type { WarehouseRow } from '../../connectors/warehouse.ts';
import type { Combine, MetricType } from './contract.ts';

/** What `productDataSync({...})` takes. */
export type ProductDataSyncInput = z.input<typeof ProductDataSyncSettings>;
/** The settings after validation, defaults in place. */
export type ProductDataSyncSettings = Readonly<z.output<typeof ProductDataSyncSettings>>;
export type MetricSettings = z.output<typeof metric>;
export type FallTask = z.output<typeof task>;

/** Which sync it is, for a query that is a function. ISO 8601 instants. */
export interface SyncTime {
  readonly now: string;
  /** When the last sync that ended well began; undefined for the first. */
  readonly last: string | undefined;
}

/** What a task about a fall is made of. */
export interface Fall {
  readonly company: string;
  /** The metric's label. */
  readonly metric: string;
  readonly value: number;
  /** At the sync before. */
  readonly before: number | undefined;
  /** Why it is told: under the threshold, or fallen by the percentage. */
  readonly why: 'below' | 'dropped';
  readonly limit: number;
}

const column = (example: string) => field.text(example);

const source = field.settings({
  /** In the warehouse's own SQL. A function is asked once for each sync. */
  query: z.union([field.text('select domain, active_users from usage'), field.code<(time: SyncTime) => string>("({ last }) => `select … where day >= '${last}'`")], {
    error: "Write the query, for example 'select domain, active_users from usage', or a function ({ last }) => query.",
  }).optional(),
  /** A table or view, for PostgREST. */
  table: field.text('company_usage').optional(),
  /** PostgREST's own filters, `{ plan: 'eq.pro' }`. */
  filter: z.record(z.string(), z.string(), { error: "Write PostgREST's filters, for example { plan: 'eq.pro' }." }).optional(),
  /** Columns that together tell every row from every other: needed by those that are read page by page in an order (see the connector). */
  orderBy: z.array(column('company_id'), { error: "Write a list of columns, for example ['company_id', 'day']." }).default([]),
  /** Rows in one page, where the warehouse lets one choose. */
  pageRows: field.wholeNumber(10, 50_000).default(5_000),
}, "Write { query: 'select domain, active_users from usage' }.");

const keys = field.settings({
  domain: column('domain').optional(),
  /** The column, and the text field of the company that holds it; an empty one is filled when a company is found otherwise. */
  externalId: field.settings({ column: column('account_id'), field: field.apiName('externalId').default('externalId') }, "Write { column: 'account_id', field: 'externalId' }.").optional(),
  name: column('company_name').optional(),
}, "Write { domain: 'domain' } with the names of columns.");

const alert = field.settings({
  /** A value under this is a fall. */
  below: z.number({ error: 'Write a number, for example 10.' }).optional(),
  /** So much less than at the last sync is a fall. */
  dropsByPercent: z.number({ error: 'Write a percentage, for example 30.' }).gt(0, { error: 'Write more than 0.' }).max(100, { error: 'Write at most 100.' }).optional(),
  /** Once under the threshold, a metric has to reach this before it can fall anew; `below` when left out. */
  recoversAt: z.number({ error: 'Write a number, for example 15.' }).optional(),
}, 'Write { below: 10, dropsByPercent: 30 }.');

const TYPES = ['number', 'text', 'day', 'instant', 'yes-no', 'money'] as const satisfies readonly MetricType[];
const COMBINES = ['last', 'first', 'sum', 'max', 'min', 'count'] as const satisfies readonly Combine[];

const metric = field.settings({
  column: column('active_users'),
  type: field.oneOf(TYPES).default('number'),
  /** What several rows of one company make together. */
  combine: field.oneOf(COMBINES).default('last'),
  /** Of numbers: rounded to so many. */
  decimals: field.wholeNumber(0, 9).optional(),
  /** Of money: three capital letters. */
  currency: z.string().regex(/^[A-Z]{3}$/, { error: "Write a currency, for example 'EUR'." }).optional(),
  /** What the field is called in Twenty, and in tasks; made of its name when left out. */
  label: field.text('Active users').optional(),
  /** An empty value leaves the field as it is, or empties it. */
  blank: field.oneOf(['keep', 'clear']).default('keep'),
  alert: alert.optional(),
}, "Write a column such as 'active_users', or { column: 'active_users', combine: 'max', alert: { below: 10 } }.");

const metrics = z
  .record(field.apiName('activeUsers'), z.union([column('active_users').transform((name) => metric.parse({ column: name })), metric], { error: "Write a column such as 'active_users', or { column: 'active_users', combine: 'max' }." }), {
    error: "Write { activeUsers: 'active_users' }: fields of the company and the columns they come from.",
  });

const task = field.settings({
  title: z.union([field.text('{metric} of {company} fell to {value}'), field.code<(fall: Fall) => string>('({ company }) => `Call ${company}`')], { error: "Write a text such as '{metric} of {company} fell to {value}', or a function (fall) => text." }).default('{metric} of {company} fell to {value}'),
  ...taskTime({ dueInWorkingDays: 2 }),
  /** A member by name or e-mail address, for companies without an account owner. */
  otherwise: field.text('ann@acme.example').optional(),
}, "Write { dueInWorkingDays: 2, otherwise: 'ann@acme.example' }.");

const schedule = field.settings({
  cron: field.cron('0 5 * * *', 'every day at five'),
  /** The workspace's when left out. */
  timeZone: field.timeZone().optional(),
}, "Write { cron: '0 5 * * *' } for every day at five, or { cron: '0 5 * * 1' } for Mondays.");

export const ProductDataSyncSettings = field
  .settings({
    /** The connection that is read. */
    warehouse: field.text('warehouse').default('warehouse'),
    /** The connection whose companies are written. */
    twenty: field.text('twenty').default('twenty'),
    source,
    keys: keys.refine(({ domain, externalId, name }) => domain !== undefined || externalId !== undefined || name !== undefined, { error: "Name at least one column by which companies are found, for example { domain: 'domain' }." }),
    metrics: metrics.refine((all) => Object.keys(all).length > 0, { error: "Name at least one metric, for example { activeUsers: 'active_users' }." }),
    /** May change a row before it is read, or leave it out by answering undefined. */
    row: field.code<(row: WarehouseRow) => WarehouseRow | undefined>('(row) => (row.is_test === true ? undefined : row)').optional(),
    syncedAt: field.settings({
      field: field.apiName('productSyncedAt').default('productSyncedAt'),
      /** `changed`: a company on which nothing changed is not written at all. `always`: every company that was found gets the time. */
      write: field.oneOf(['changed', 'always']).default('changed'),
    }, "Write { field: 'productSyncedAt', write: 'always' }.").prefault({}),
    /** Companies of the warehouse that Twenty has not: listed, or made where they have a domain or an external id. */
    unmatched: field.oneOf(['list', 'create']).default('list'),
    /** The task that is made when a metric falls; see `alert` of a metric. */
    onFall: task.prefault({}),
    /** A company that is low when it is seen for the first time is told of, too. */
    tellFirst: field.yesNo().default(false),
    schedule: z.union([z.literal('off'), schedule], { error: "Write { cron: '0 5 * * *' }, or 'off'." }).default({ cron: '0 5 * * *' }),
    /** Companies dealt with at a time, and steps after which a run goes on as a new one, so that its history stays small. */
    pages: field.settings({ companies: field.wholeNumber(1, 200).default(200), perRun: field.wholeNumber(2, 200).default(40) }, 'Write { companies: 200, perRun: 40 }.').prefault({}),
  }, "Write productDataSync({ source: { query: '…' }, keys: { domain: 'domain' }, metrics: { activeUsers: 'active_users' } }).")
  .superRefine((value, context) => {
    const complain = (path: readonly (string | number)[], message: string): void => void context.addIssue({ code: 'custom', path: [...path], message });
    if (value.source.query !== undefined && value.source.table !== undefined) complain(['source'], 'Write query or table, not both.');
    if (value.source.filter !== undefined && value.source.table === undefined) complain(['source', 'filter'], 'A filter belongs to a table. Put conditions of a query into the query.');
    const taken = new Set([value.syncedAt.field, ...(value.keys.externalId === undefined ? [] : [value.keys.externalId.field])]);
    for (const [name, { type, combine, currency, decimals, alert: when }] of Object.entries(value.metrics)) {
      const at = ['metrics', name];
      if (OWN_FIELDS.has(name)) complain(at, `“${name}” is no field for a metric. Name another, for example 'activeUsers'.`);
      if (taken.has(name)) complain(at, `“${name}” is written twice. Name different fields.`);
      if (combine === 'sum' && type !== 'number' && type !== 'money') complain([...at, 'combine'], `A ${type} cannot be summed. Write 'last', 'first', 'max' or 'min'.`);
      if (combine === 'count' && type !== 'number') complain([...at, 'combine'], "A count is a number. Write type: 'number'.");
      if ((combine === 'max' || combine === 'min') && type === 'text') complain([...at, 'combine'], "Texts have no largest one. Write 'last' or 'first'.");
      if (type === 'money' && currency === undefined) complain([...at, 'currency'], "Is missing. Write a currency, for example 'EUR'.");
      if (decimals !== undefined && type !== 'number') complain([...at, 'decimals'], 'Only numbers are rounded. Leave it out.');
      if (when !== undefined && type !== 'number' && type !== 'money') complain([...at, 'alert'], 'Only numbers and amounts can fall. Leave it out.');
      if (when !== undefined && when.below === undefined && when.dropsByPercent === undefined) complain([...at, 'alert'], 'Write { below: 10 } or { dropsByPercent: 30 }.');
      if (when?.recoversAt !== undefined && (when.below === undefined || when.recoversAt < when.below)) complain([...at, 'alert', 'recoversAt'], 'Write a number that is not under `below`.');
    }
    if (OWN_FIELDS.has(value.syncedAt.field)) complain(['syncedAt', 'field'], "Name a field of its own, for example 'productSyncedAt'.");
    if (value.keys.externalId !== undefined && (OWN_FIELDS.has(value.keys.externalId.field) || value.keys.externalId.field === value.syncedAt.field)) complain(['keys', 'externalId', 'field'], "Name a field of its own, for example 'externalId'.");
  });

/** Twenty's own fields of a company that are no metric. */
const OWN_FIELDS = new Set(['id', 'name', 'domainName', 'address', 'linkedinLink', 'accountOwner', 'accountOwnerId', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy', 'position', 'searchVector', 'people', 'opportunities', 'noteTargets', 'taskTargets', 'attachments', 'timelineActivities']);
