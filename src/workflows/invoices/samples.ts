import type { Sample } from '../../config/use-case.ts';

/** As Twenty posts a deal that was won. The deal must be in the workspace: it is always read anew before it is billed. */
export const SAMPLES: readonly Sample[] = [
  {
    name: 'deal-won',
    contentType: 'application/json',
    body: JSON.stringify({
      eventName: 'opportunity.updated',
      objectMetadata: { nameSingular: 'opportunity' },
      eventDate: '2026-01-05T09:30:01.000Z',
      record: {
        id: '0b7c2f4e-5d1a-4c3b-8f60-1e9a7d2c4b35', createdAt: '2026-01-02T09:00:00.000Z', updatedAt: '2026-01-05T09:30:00.000Z', deletedAt: null,
        name: 'Bright Harbor, 40 seats', stage: 'CUSTOMER', amount: { amountMicros: 4_800_000_000, currencyCode: 'EUR' },
        companyId: null, pointOfContactId: null, ownerId: null,
      },
      updatedFields: ['stage'],
    }),
  },
];
