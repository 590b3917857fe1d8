/** Where an invoice stands, in an order of its own: it is never set back to an earlier one, however late news of that arrives. */
export const INVOICE_STATUSES = ['draft', 'open', 'failed', 'uncollectible', 'void', 'paid'] as const;

/**
 * `failed`: a payment was tried and failed, the invoice is still open. What is written off or voided can still be found paid, but not the
 * other way round.
 */
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];
