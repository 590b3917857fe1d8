import type { InvoiceStatus } from '../../domain/invoice-status.ts';

/** Our word for a tool's: by the configuration, else by what most tools say. Undefined when nobody knows the word. */
export function statusOf(word: string, configured: Readonly<Record<string, InvoiceStatus>>): InvoiceStatus | undefined {
  const own = Object.entries(configured).find(([name]) => plain(name) === plain(word));
  return own?.[1] ?? USUAL.get(plain(word));
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}]+/gu, '');
}

const WORDS: Readonly<Record<InvoiceStatus, readonly string[]>> = {
  draft: ['draft', 'pending approval', 'submitted'],
  open: ['open', 'sent', 'issued', 'unpaid', 'finalised', 'finalized', 'authorised', 'authorized', 'overdue', 'viewed', 'partially paid'],
  failed: ['failed', 'payment failed', 'declined'],
  uncollectible: ['uncollectible', 'written off', 'bad debt'],
  void: ['void', 'voided', 'cancelled', 'canceled', 'deleted'],
  paid: ['paid', 'settled', 'closed'],
};
const USUAL = new Map(Object.entries(WORDS).flatMap(([status, words]) => words.map((word) => [plain(word), status as InvoiceStatus] as const)));
