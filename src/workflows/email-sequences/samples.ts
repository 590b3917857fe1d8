import type { Sample } from '../../config/use-case.ts';

/** As Twenty posts a change of a person. The person must be in the workspace: a record is always read anew before anybody is enrolled. */
const personEvent = (name: string, action: 'created' | 'updated', updatedFields: readonly string[]): Sample => ({
  name,
  contentType: 'application/json',
  body: JSON.stringify({
    eventName: `person.${action}`,
    objectMetadata: { nameSingular: 'person' },
    eventDate: '2026-01-05T09:30:01.000Z',
    record: {
      id: '6f1d3a52-1c0b-4b8e-9a34-5a0f2f6f7c11', createdAt: '2026-01-05T09:00:00.000Z', updatedAt: '2026-01-05T09:30:00.000Z', deletedAt: null,
      name: { firstName: 'Dana', lastName: 'Okafor' }, emails: { primaryEmail: 'dana@brightharbor.example', additionalEmails: [] },
      jobTitle: 'Chief Revenue Officer', companyId: null, leadScore: 82,
    },
    ...(action === 'updated' ? { updatedFields } : {}),
  }),
});

/** As lemlist posts that somebody replied. */
const reply: Sample = {
  name: 'replied',
  contentType: 'application/json',
  body: JSON.stringify({
    _id: 'act_SampleReply0001', type: 'emailsReplied', createdAt: '2026-01-06T14:12:00.000Z', campaignId: 'cam_SampleCampaign1', campaignName: 'Hot leads',
    leadId: 'lea_SampleLead00001', leadEmail: 'dana@brightharbor.example', leadFirstName: 'Dana', leadLastName: 'Okafor', isFirst: true,
  }),
};

export const SAMPLES: readonly Sample[] = [personEvent('person-created', 'created', []), personEvent('new-job-title', 'updated', ['jobTitle']), reply];
