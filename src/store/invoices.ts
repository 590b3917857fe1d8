import { INVOICE_STATUSES } from '../domain/invoice-status.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

/** What is known of the invoice of a deal. `P` is its frozen plan. */
export interface InvoiceRow<P = unknown> {
  readonly opportunityId: string;
  readonly round: number;
  readonly plan: P | undefined;
  readonly customerId: string | undefined;
  readonly invoiceId: string | undefined;
  readonly number: string | undefined;
  readonly url: string | undefined;
  readonly status: string | undefined;
  /** It is made, and sent if that was asked for. */
  readonly complete: boolean;
  /** Finance has been told, or never can be. */
  readonly mailed: boolean;
  /** What its owner has been told is missing, and in how many tasks. */
  readonly told: readonly string[];
  readonly tasks: number;
}

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;
const COLUMNS = 'opportunity_id, round, plan, customer_id, invoice_id, number, url, status, complete, mailed, told, tasks';

/** How an invoice goes on; it is never set back, whoever comes last. */
const ORDER = `array[${INVOICE_STATUSES.map((status) => `'${status}'`).join(', ')}]`;

/** The invoices of these deals; deals that were never taken up are left out. */
export async function invoicesOf<P>(database: Database, integration: string, opportunityIds: readonly string[]): Promise<ReadonlyMap<string, InvoiceRow<P>>> {
  const { rows } = await database.pool.query<Row>({
    name: 'invoices-of',
    text: `select ${COLUMNS} from invoices where integration = $1 and opportunity_id = any($2::text[])`,
    values: [integration, opportunityIds],
  });
  return new Map(rows.map((row) => [row.opportunity_id, invoiceRow<P>(row)]));
}

/** The deal that an invoice of the tool bills; undefined when it was not made here. */
export async function dealOfInvoice(database: Database, integration: string, invoiceId: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ opportunity_id: string }>({
    name: 'deal-of-invoice', text: 'select opportunity_id from invoices where integration = $1 and invoice_id = $2', values: [integration, invoiceId],
  });
  return rows[0]?.opportunity_id;
}

/** What is billed from now on, and in which round. Replaces an earlier plan: whoever calls knows that nothing was made by that one. */
export async function keepPlans(
  database: Database, ref: SetRef, integration: string, connection: string, plans: readonly { readonly opportunityId: string; readonly round: number; readonly plan: object }[],
): Promise<void> {
  if (plans.length === 0) return;
  await database.pool.query({
    name: 'keep-plans',
    text: `insert into invoices as i (integration, opportunity_id, connection, round, plan)
             select $3, t.id, $4, t.round, t.plan::jsonb from unnest($5::text[], $6::int[], $7::text[]) as t (id, round, plan) where ${OPEN_SET} order by t.id
           on conflict (integration, opportunity_id) do update set connection = excluded.connection, plan = excluded.plan,
             customer_id = case when i.round = excluded.round then i.customer_id end, invoice_id = case when i.round = excluded.round then i.invoice_id end,
             number = case when i.round = excluded.round then i.number end, url = case when i.round = excluded.round then i.url end,
             status = case when i.round = excluded.round then i.status end, round = excluded.round, updated_at = clock_timestamp()
             where not i.complete`,
    values: [ref.setId, ref.epoch, integration, connection, plans.map((one) => one.opportunityId), plans.map((one) => one.round), plans.map((one) => storableJson(one.plan))],
  });
}

export interface InvoiceChange {
  readonly opportunityId: string;
  readonly customerId?: string | undefined;
  readonly invoiceId?: string | undefined;
  readonly number?: string | undefined;
  readonly url?: string | undefined;
  readonly status?: string | undefined;
  readonly complete?: boolean;
}

/**
 * Notes what is known of invoices now; what is left out stays as it was. The plan of a complete one is forgotten: whom it names is in the
 * tool. That something was made is true whoever says it, so no epoch is asked for.
 */
export async function noteInvoices(database: Database, integration: string, connection: string, changes: readonly InvoiceChange[]): Promise<void> {
  if (changes.length === 0) return;
  await database.pool.query({
    name: 'note-invoices',
    text: `insert into invoices as i (integration, opportunity_id, connection, customer_id, invoice_id, number, url, status, complete)
             select $1, t.id, $2, t.customer, t.invoice, t.number, t.url, t.status, t.complete
             from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[]) as t (id, customer, invoice, number, url, status, complete) order by t.id
           on conflict (integration, opportunity_id) do update set customer_id = coalesce(excluded.customer_id, i.customer_id),
             invoice_id = coalesce(excluded.invoice_id, i.invoice_id), number = coalesce(excluded.number, i.number), url = coalesce(excluded.url, i.url),
             status = case when array_position(${ORDER}, excluded.status) >= coalesce(array_position(${ORDER}, i.status), 0) then excluded.status else i.status end, complete = i.complete or excluded.complete,
             plan = case when i.complete or excluded.complete then null else i.plan end, updated_at = clock_timestamp()`,
    values: [
      integration, connection, changes.map((one) => one.opportunityId), changes.map((one) => one.customerId), changes.map((one) => one.invoiceId),
      changes.map((one) => one.number), changes.map((one) => one.url), changes.map((one) => one.status), changes.map((one) => one.complete ?? false),
    ],
  });
}

/** Notes that finance has been told of invoices. */
export async function noteMailed(database: Database, integration: string, opportunityId: string): Promise<void> {
  await database.pool.query({ name: 'note-mailed', text: 'update invoices set mailed = true where integration = $1 and opportunity_id = $2', values: [integration, opportunityId] });
}

/** Notes what the owners of deals have been told is missing; counted once for each task, however often it is noted. */
export async function noteTold(database: Database, ref: SetRef, integration: string, connection: string, told: readonly { readonly opportunityId: string; readonly missing: readonly string[]; readonly tasks: number }[]): Promise<void> {
  for (const { opportunityId, missing, tasks } of told) {
    await database.pool.query({
      name: 'note-told',
      text: `insert into invoices as i (integration, opportunity_id, connection, told, tasks)
               select $3, $4, $5, $6::text[], $7 where ${OPEN_SET}
             on conflict (integration, opportunity_id) do update set told = excluded.told, tasks = excluded.tasks, updated_at = clock_timestamp()`,
      values: [ref.setId, ref.epoch, integration, opportunityId, connection, missing, tasks],
    });
  }
}

/** Whom a party (`company:…`, `person:…`) is in a tool, and which round of making that customer it is. */
export interface KnownCustomer {
  readonly customerId: string | undefined;
  readonly round: number;
}

export async function knownCustomers(database: Database, connection: string, parties: readonly string[]): Promise<ReadonlyMap<string, KnownCustomer>> {
  const { rows } = await database.pool.query<{ party: string; customer_id: string | null; round: number }>({
    name: 'known-customers',
    text: 'select party, customer_id, round from invoice_customers where connection = $1 and party = any($2::text[])',
    values: [connection, parties],
  });
  return new Map(rows.map(({ party, customer_id, round }) => [party, { customerId: customer_id ?? undefined, round }]));
}

export async function noteCustomer(database: Database, connection: string, party: string, customerId: string): Promise<void> {
  await database.pool.query({
    name: 'note-customer',
    text: `insert into invoice_customers as c (connection, party, customer_id) values ($1, $2, $3)
           on conflict (connection, party) do update set customer_id = excluded.customer_id, noted_at = clock_timestamp()`,
    values: [connection, party, customerId],
  });
}

/** The tool has this customer no more: the next one is made anew, once. */
export async function forgetCustomer(database: Database, connection: string, party: string, customerId: string): Promise<void> {
  await database.pool.query(
    `update invoice_customers set customer_id = null, round = round + 1, noted_at = clock_timestamp() where connection = $1 and party = $2 and customer_id = $3`,
    [connection, party, customerId]);
}

interface Row {
  readonly opportunity_id: string;
  readonly round: number;
  readonly plan: unknown;
  readonly customer_id: string | null;
  readonly invoice_id: string | null;
  readonly number: string | null;
  readonly url: string | null;
  readonly status: string | null;
  readonly complete: boolean;
  readonly mailed: boolean;
  readonly told: string[];
  readonly tasks: number;
}

function invoiceRow<P>(row: Row): InvoiceRow<P> {
  return {
    opportunityId: row.opportunity_id, round: row.round, plan: (row.plan as P | null) ?? undefined, customerId: row.customer_id ?? undefined,
    invoiceId: row.invoice_id ?? undefined, number: row.number ?? undefined, url: row.url ?? undefined, status: row.status ?? undefined,
    complete: row.complete, mailed: row.mailed, told: row.told, tasks: row.tasks,
  };
}
