import { isoDecimals, microsOf, minorUnits, moneyWords } from '../../domain/money.ts';
import { personName, primaryEmail, recordName } from '../../domain/record-words.ts';
import { textsOf } from '../../domain/record-values.ts';
import { fillIn, normalised, oneLine } from '../../domain/text.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import { type Deal, DealLine, type InvoicePlan, type Lack, type TwentyRecordView } from './contract.ts';
import type { InvoicesSettings } from './settings.ts';

export type Planned =
  | { readonly kind: 'plan'; readonly plan: InvoicePlan }
  | { readonly kind: 'lacking'; readonly lacks: readonly Lack[] }
  /** The function of the configuration failed. */
  | { readonly kind: 'failed'; readonly problem: string };

/** Why a tool cannot bill an amount in a currency; undefined when it can. */
type AmountProblem = (amountMicros: bigint, currency: string) => string | undefined;

/** What is to be billed for a deal, or all that is missing at once. The same deal always gives the same plan. */
export function planInvoice(deal: Deal, settings: InvoicesSettings, amountProblem: AmountProblem): Planned {
  const { opportunity, company, contact } = deal;
  const lacks: Lack[] = [];
  const party = company ?? contact;
  const name = recordName(company) ?? (contact === undefined ? undefined : personName(contact));
  // Whoever is billed must not change because a record went into the trash.
  if (company === undefined && isLinked(opportunity['companyId'])) lacks.push({ code: 'customer', words: 'its company, which is in the trash' });
  else if (party === undefined) lacks.push({ code: 'customer', words: 'a company or a point of contact' });
  else if (name === undefined) lacks.push({ code: 'customer', words: 'a name of the company' });
  const email = emailOf(deal, settings);
  if (email === undefined) lacks.push({ code: 'email', words: emailWords(deal, settings) });
  const currency = currencyOf(opportunity, settings);
  const lines = linesOf(deal, settings);
  if ('problem' in lines) return { kind: 'failed', problem: lines.problem };
  const total = lines.all.reduce((sum, { amountMicros }) => sum + amountMicros, 0n);
  if (lines.all.length === 0 || total <= 0n) lacks.push({ code: 'amount', words: total < 0n ? `an amount above zero instead of ${moneyWords(total, currency ?? '').trim()}` : 'an amount' });
  if (currency === undefined) lacks.push({ code: 'currency', words: 'a currency' });
  else {
    const problem = lines.all.map(({ amountMicros }) => amountProblem(amountMicros, currency)).find((one) => one !== undefined);
    if (problem !== undefined) lacks.push({ code: 'precision', words: `an amount that can be billed: ${problem}` });
  }
  if (lacks.length > 0 || party === undefined || name === undefined || email === undefined || currency === undefined) return { kind: 'lacking', lacks };
  const memo = settings.memo === undefined ? undefined : oneLine(fillIn(settings.memo, { deal: recordName(opportunity) ?? '', company: name }));
  return {
    kind: 'plan',
    plan: {
      party: `${company === undefined ? 'person' : 'company'}:${party.id}`, name, email, address: addressOf(company), currency,
      lines: lines.all.map(({ description, amountMicros }) => ({ description, amountMicros: String(amountMicros) })), totalMicros: String(total),
      daysUntilDue: settings.daysUntilDue, ...(memo === undefined || memo === '' ? {} : { memo }), ...(settings.footer === undefined ? {} : { footer: settings.footer }),
    },
  };
}

/** What is missing, in one breath: “an amount and a currency”. */
export function lackWords(lacks: readonly Pick<Lack, 'words'>[]): string {
  const words = lacks.map((lack) => lack.words);
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}

/** Amounts with more decimals than a currency has by ISO 4217 are no amounts in it. */
export function isoAmountProblem(amountMicros: bigint, currency: string): string | undefined {
  const decimals = isoDecimals(currency);
  if (minorUnits(amountMicros, decimals) !== undefined) return undefined;
  return decimals === 0 ? `${currency} has no decimals` : `${currency} has ${String(decimals)} decimals`;
}

function linesOf(deal: Deal, { lines }: InvoicesSettings): { readonly all: readonly { readonly description: string; readonly amountMicros: bigint }[] } | { readonly problem: string } {
  const { opportunity } = deal;
  if (lines === undefined) {
    const amount = microsOf((opportunity['amount'] as { readonly amountMicros?: unknown } | null | undefined)?.amountMicros);
    return { all: amount === undefined ? [] : [{ description: recordName(opportunity) ?? 'Services', amountMicros: amount }] };
  }
  try {
    const made: unknown = lines(deal);
    if (!Array.isArray(made)) return { problem: 'it returned no list of lines' };
    if (made.length > MOST_LINES) return { problem: `it returned more than ${String(MOST_LINES)} lines` };
    return {
      all: made.map((one: unknown) => DealLine.parse(one)).map(({ description, amountMicros }) => ({ description: normalised(oneLine(description)), amountMicros: BigInt(amountMicros) })).filter(({ amountMicros }) => amountMicros !== 0n),
    };
  } catch (error) {
    return { problem: error instanceof Error && 'issues' in error ? (error.issues as readonly { readonly message: string }[])[0]!.message : (error as Error).message };
  }
}

const MOST_LINES = 100;

function currencyOf(opportunity: TwentyRecordView, { currency }: InvoicesSettings): string | undefined {
  const code = (opportunity['amount'] as { readonly currencyCode?: unknown } | null | undefined)?.currencyCode;
  return typeof code === 'string' && /^[A-Za-z]{3}$/.test(code.trim()) ? code.trim().toUpperCase() : currency;
}

function isLinked(id: unknown): boolean {
  return typeof id === 'string' && id !== '';
}

/** The company's own billing address where such a field is configured and filled, else the point of contact's. */
function emailOf({ company, contact }: Deal, { billingEmail }: InvoicesSettings): string | undefined {
  const field = billingEmail === undefined ? undefined : company?.[billingEmail];
  const own = primaryEmail({ emails: field }) ?? textsOf(field)[0];
  const candidates = [own, contact === undefined ? undefined : primaryEmail(contact)];
  for (const one of candidates) {
    const email = normaliseEmail(one ?? '');
    if (email.ok) return email.email;
  }
  return undefined;
}

function emailWords({ contact, company }: Deal, { billingEmail }: InvoicesSettings): string {
  if (contact !== undefined) return `an e-mail address of ${personName(contact)}`;
  return billingEmail === undefined || company === undefined ? 'a point of contact with an e-mail address' : `a billing address of ${recordName(company) ?? 'the company'} or a point of contact with an e-mail address`;
}

function addressOf(company: TwentyRecordView | undefined): InvoicePlan['address'] {
  const address = (company?.['address'] ?? {}) as Readonly<Record<string, unknown>>;
  const part = (key: string, name: string): object => (typeof address[key] === 'string' && address[key].trim() !== '' ? { [name]: normalised(address[key].trim()) } : {});
  const parts = {
    ...part('addressStreet1', 'street1'), ...part('addressStreet2', 'street2'), ...part('addressCity', 'city'), ...part('addressPostcode', 'postcode'),
    ...part('addressState', 'state'), ...part('addressCountry', 'country'),
  };
  return Object.keys(parts).length === 0 ? undefined : parts;
}
