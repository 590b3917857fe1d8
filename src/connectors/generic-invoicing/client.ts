import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { decimalText, isoDecimals, minorUnits } from '../../domain/money.ts';
import { createGenericClient } from '../generic/client.ts';
import type { DraftRequest, Invoice, InvoiceLine, InvoicingTool } from '../invoicing.ts';
import type { OpenTool } from '../tool.ts';
import type { GenericInvoice, GenericInvoicingSettings, InvoiceInput } from './index.ts';
import { statusOf } from './statuses.ts';

const SERVICE = 'generic-invoicing';
const HOUR_MS = 3_600_000;

/** A billing tool that the configuration describes: an invoice is made with its lines, and finalised and sent where the tool can. */
export const openGenericInvoicing: OpenTool<GenericInvoicingSettings> = (settings, context) => {
  const client = createGenericClient(SERVICE, settings, context);
  const { findCustomer, createCustomer, createInvoice, findInvoice, readInvoice, finalise, send, statuses, keysLastHours } = settings;

  const invoiceOf = ({ id, status, number, url }: GenericInvoice, otherwise: Invoice['status']): Invoice => {
    const known = status === undefined ? otherwise : statusOf(status, statuses);
    if (known === undefined) throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: nobody knows the status “${status ?? ''}”; say under statuses what it means`);
    return { id, status: known, number, url };
  };
  const read: InvoicingTool['readInvoice'] = async (invoiceId, call) => {
    if (readInvoice === undefined) return 'unknown';
    const found = await client.ask(readInvoice, { invoiceId }, InvoiceShape, call, { changes: false });
    return found === undefined ? undefined : invoiceOf(found, 'open');
  };

  const tool: InvoicingTool = {
    service: SERVICE,
    lines: 'with-draft',
    // A step without a header for the key would be made twice by a repeat.
    keyLastsMs: [createCustomer, createInvoice, finalise, send].every((one) => one === undefined || one.idempotencyHeader !== undefined) ? keysLastHours * HOUR_MS : undefined,
    amountProblem(amountMicros, currency) {
      const decimals = isoDecimals(currency);
      return minorUnits(amountMicros, decimals) === undefined ? `${currency} has ${decimals === 0 ? 'no decimals' : `${String(decimals)} decimals`}` : undefined;
    },
    hasCustomer: () => Promise.resolve(true),
    async findCustomer(request, call) {
      // The tool takes the customer with the invoice: there is none to be found or made.
      if (createCustomer === undefined && findCustomer === undefined) return { id: request.party };
      if (findCustomer === undefined) return 'unknown';
      return (await client.ask(findCustomer, request, IdShape.nullable(), call, { changes: false })) ?? 'absent';
    },
    async createCustomer(request, key, call) {
      if (createCustomer === undefined) return { id: request.party };
      return there(await client.ask(createCustomer, request, IdShape, call, { idempotencyKey: key }), 'the customer');
    },
    async createDraft(request, key, call) {
      const made = there(await client.ask(createInvoice, inputOf(request), InvoiceShape, call, { idempotencyKey: key }), 'the invoice');
      return invoiceOf(made, finalise === undefined ? 'open' : 'draft');
    },
    async findDraft(request, call) {
      if (findInvoice === undefined) return 'unknown';
      const found = await client.ask(findInvoice, inputOf(request), InvoiceShape.nullable(), call, { changes: false });
      return found === undefined || found === null ? 'absent' : invoiceOf(found, 'draft');
    },
    addLine: () => Promise.reject(new ConnectorError(SERVICE, 'rejected', `${SERVICE}: lines are sent with the invoice`)),
    findLine: () => Promise.resolve('unknown'),
    async finalise({ invoiceId }, key, call) {
      if (finalise === undefined) return known(await read(invoiceId, call), invoiceId);
      return invoiceOf({ ...(await client.ask(finalise, { invoiceId }, LooseShape, call, { idempotencyKey: key })), id: invoiceId }, 'open');
    },
    async send({ invoiceId }, key, call) {
      if (send === undefined) throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: the configuration does not say how an invoice is sent (send: { path: … })`);
      return invoiceOf({ ...(await client.ask(send, { invoiceId }, LooseShape, call, { idempotencyKey: key })), id: invoiceId }, 'open');
    },
    readInvoice: read,
  };
  return { invoicing: tool };
};

function known(found: Invoice | 'unknown' | undefined, id: string): Invoice {
  return typeof found === 'object' ? found : { id, status: 'open' };
}

function there<T>(made: T | undefined, what: string): T {
  if (made === undefined) throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: the tool says there is no such place to make ${what}`);
  return made;
}

function inputOf({ lines, currency, opportunityId, round, integration, customerId, customer, daysUntilDue, memo = '', footer = '' }: DraftRequest): InvoiceInput {
  const total = lines.reduce((sum, { amountMicros }) => sum + BigInt(amountMicros), 0n);
  return {
    reference: `${integration}-${opportunityId}${round === 1 ? '' : `-${String(round)}`}`, integration, opportunityId, customerId, customer, currency, daysUntilDue, memo, footer,
    lines: lines.map(({ description, amountMicros }: InvoiceLine) => ({ description, amountMicros, ...amounts(BigInt(amountMicros), currency) })),
    total: amounts(total, currency).amount, totalMinor: amounts(total, currency).amountMinor,
  };
}

function amounts(micros: bigint, currency: string): { readonly amount: string; readonly amountMinor: number } {
  const decimals = isoDecimals(currency);
  return { amount: decimalText(micros, decimals), amountMinor: Number(minorUnits(micros, decimals) ?? 0n) };
}

const id = z.union([z.string().min(1), z.number()]).transform(String);
const text = z.union([z.string(), z.number()]).nullish().transform((value) => (value === null || value === undefined || value === '' ? undefined : String(value)));
const IdShape = z.object({ id });
const InvoiceShape = z.object({ id, status: text, number: text, url: text });
/** Whose answer may say nothing at all. */
const LooseShape = z.object({ status: text, number: text, url: text }).nullish().transform((found) => found ?? {});
