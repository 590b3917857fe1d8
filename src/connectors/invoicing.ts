import type { ConfigProblem } from '../config/problems.ts';
import type { HookRequest, Verification } from '../config/use-case.ts';
import type { InvoiceStatus } from '../domain/invoice-status.ts';
import type { ToolCall } from './tool.ts';

export interface Invoice {
  readonly id: string;
  readonly status: InvoiceStatus;
  /** Given when it is finalised. */
  readonly number?: string | undefined;
  /** Where the customer sees and pays it. */
  readonly url?: string | undefined;
}

export interface PostalAddress {
  readonly street1?: string;
  readonly street2?: string;
  readonly city?: string;
  readonly postcode?: string;
  readonly state?: string;
  /** As it stands in Twenty, a name or a code. */
  readonly country?: string;
}

/** Whom to bill. */
export interface CustomerRequest {
  /** `company:<id>` or `person:<id>` with Twenty's id; kept with the customer, so that it is found again. */
  readonly party: string;
  readonly name: string;
  readonly email: string;
  readonly address?: PostalAddress | undefined;
}

/** Amounts are texts of whole millionths of the currency's unit. */
export interface InvoiceLine {
  readonly description: string;
  readonly amountMicros: string;
}

export interface DraftRequest {
  /** Integration, Twenty's opportunity and the round, kept with the invoice: by them it is found again, and its news are known to be ours. */
  readonly integration: string;
  readonly opportunityId: string;
  readonly round: number;
  readonly customerId: string;
  /** Three capital letters. */
  readonly currency: string;
  readonly daysUntilDue: number;
  readonly memo?: string | undefined;
  readonly footer?: string | undefined;
  /** Taken with the draft by tools that want them so (`lines: 'with-draft'`). */
  readonly lines: readonly InvoiceLine[];
  readonly customer: CustomerRequest;
}

export interface LineRequest extends InvoiceLine {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly currency: string;
  /** The line's place on the invoice, from 1; kept with it. */
  readonly place: number;
}

export interface FinaliseRequest {
  readonly invoiceId: string;
  readonly currency: string;
  /** What all lines come to: a draft that comes to anything else is refused. */
  readonly totalMicros: string;
}

/**
 * A tool in the role `invoicing`. Each change is one request with an idempotency key, or safe to repeat by itself. Throws only
 * ConnectorError; what the tool refuses for what is in it is `rejected` with its words.
 */
export interface InvoicingTool {
  readonly service: string;
  /** `apart`: a draft is made first and then each line; `with-draft`: the draft takes its lines at once. */
  readonly lines: 'apart' | 'with-draft';
  /** How long it remembers idempotency keys, milliseconds; past it what was made is looked up. Undefined when it takes none. */
  readonly keyLastsMs: number | undefined;
  /** Why an amount cannot be billed in a currency, “JPY has no decimals”; undefined when it can. */
  amountProblem(amountMicros: bigint, currency: string): string | undefined;
  /** Whether a customer that was known before is still there. */
  hasCustomer(customerId: string, call: ToolCall): Promise<boolean>;
  /** The customer that stands for the party already, by what we noted on it, else by its e-mail address. */
  findCustomer(request: CustomerRequest, call: ToolCall): Promise<{ readonly id: string } | 'absent' | 'unknown'>;
  createCustomer(request: CustomerRequest, key: string, call: ToolCall): Promise<{ readonly id: string }>;
  createDraft(request: DraftRequest, key: string, call: ToolCall): Promise<Invoice>;
  /** What an earlier attempt made of this request; `unknown` when the tool cannot be asked. */
  findDraft(request: DraftRequest, call: ToolCall): Promise<Invoice | 'absent' | 'unknown'>;
  addLine(request: LineRequest, key: string, call: ToolCall): Promise<{ readonly id: string }>;
  findLine(request: LineRequest, call: ToolCall): Promise<{ readonly id: string } | 'absent' | 'unknown'>;
  finalise(request: FinaliseRequest, key: string, call: ToolCall): Promise<Invoice>;
  /** Has the tool mail the invoice to the customer. */
  send(request: { readonly invoiceId: string }, key: string, call: ToolCall): Promise<Invoice>;
  /** Undefined when there is no such invoice, or not any more; `unknown` when the tool cannot be asked. */
  readInvoice(invoiceId: string, call: ToolCall): Promise<Invoice | 'unknown' | undefined>;
}

/** What a webhook of a tool says of an invoice. */
export interface InvoiceNews {
  /** The event's own id. */
  readonly id: string;
  readonly invoiceId: string;
  /** What we noted on the invoice, where the tool says it. */
  readonly integration?: string | undefined;
  readonly opportunityId?: string | undefined;
  readonly status: InvoiceStatus;
  readonly number?: string | undefined;
  readonly url?: string | undefined;
}

export type NewsReading =
  | { readonly kind: 'news'; readonly news: InvoiceNews }
  /** Nothing about an invoice that Sluice made: acknowledged and not stored. */
  | { readonly kind: 'ignored'; readonly what: string }
  | { readonly kind: 'refused'; readonly path: string; readonly problem: string };

/** How a tool's webhooks are checked and read: what `stripeWebhook({...})` returns. */
export interface InvoiceNewsSource {
  readonly name: string;
  readonly verification: Verification;
  /** What is wrong with its settings, with paths inside the source. */
  readonly problems: readonly ConfigProblem[];
  /** Pure: the same request gives the same reading, at the door and again in a run. */
  read(request: HookRequest): NewsReading;
}
