import type { Sample } from '../../config/use-case.ts';

/** As Twenty posts a new person. The person must be in the workspace: a record is always read anew before it is enriched. */
export const SAMPLES: readonly Sample[] = [
  {
    name: 'person-created',
    contentType: 'application/json',
    body: JSON.stringify({
      eventName: 'person.created',
      objectMetadata: { nameSingular: 'person' },
      eventDate: '2026-01-05T09:30:01.000Z',
      record: {
        id: '6f1d3a52-1c0b-4b8e-9a34-5a0f2f6f7c11', createdAt: '2026-01-05T09:30:00.000Z', updatedAt: '2026-01-05T09:30:00.000Z', deletedAt: null,
        name: { firstName: 'Dana', lastName: 'Okafor' }, emails: { primaryEmail: 'dana@brightharbor.example', additionalEmails: [] }, companyId: null,
      },
    }),
  },
  {
    name: 'company-created',
    contentType: 'application/json',
    body: JSON.stringify({
      eventName: 'company.created',
      objectMetadata: { nameSingular: 'company' },
      eventDate: '2026-01-05T09:30:01.000Z',
      record: {
        id: '8a2c4e61-7d0f-4c9b-8b45-6b1f3f7f8d22', createdAt: '2026-01-05T09:30:00.000Z', updatedAt: '2026-01-05T09:30:00.000Z', deletedAt: null,
        name: 'Bright Harbor', domainName: { primaryLinkUrl: 'https://brightharbor.example', primaryLinkLabel: '' },
      },
    }),
  },
];
