import { INVOICE_STATUSES, type InvoiceStatus } from '../../domain/invoice-status.ts';

/** Where an invoice stands after news of it. News come late, twice and in any order: what is further on stays. */
export function statusAfter(known: InvoiceStatus | undefined, news: InvoiceStatus): InvoiceStatus {
  return known === undefined || INVOICE_STATUSES.indexOf(news) > INVOICE_STATUSES.indexOf(known) ? news : known;
}

/** What of the lacking things the owner has not been told of. */
export function isNews(told: readonly string[], lacking: readonly string[]): boolean {
  return lacking.some((code) => !told.includes(code));
}

/** The value that a status has in Twenty. */
export function optionOf(status: InvoiceStatus): string {
  return status === 'failed' ? 'PAYMENT_FAILED' : status.toUpperCase();
}
