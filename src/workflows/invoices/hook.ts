import { createHash } from 'node:crypto';
import type { Hook, HookReading } from '../../config/use-case.ts';
import type { InvoiceNewsSource } from '../../connectors/invoicing.ts';

/**
 * How the tool's news of its invoices are checked and read. They stand in the lane of their deal, so that none overtakes the run that
 * makes the invoice.
 */
export function invoiceHook(source: InvoiceNewsSource): Hook {
  return {
    verification: source.verification,
    contentTypes: ['application/json'],
    maxBodyBytes: 1024 * 1024,
    allowedOrigins: [],
    read(request): HookReading {
      const reading = source.read(request);
      switch (reading.kind) {
        case 'refused':
          return { kind: 'refused', status: 400, path: reading.path, problem: reading.problem };
        case 'ignored':
          return { kind: 'answer', status: 200, body: { ignored: reading.what } };
        case 'news': {
          const { id, opportunityId, invoiceId } = reading.news;
          return { kind: 'event', dedupe: { key: plain(id) }, laneKey: opportunityId === undefined ? `invoice:${plain(invoiceId)}` : plain(opportunityId) };
        }
      }
    },
  };
}

/** Ids are short and plain; one that is not is known by its hash. */
function plain(id: string): string {
  return /^[\x21-\x7e]{1,150}$/.test(id) ? id : `hash:${createHash('sha256').update(id.toWellFormed()).digest('hex')}`;
}
