import type { FieldShape, WorkspaceNeeds } from '../../config/needs.ts';
import type { CampaignStatus } from './contract.ts';
import type { NewsletterSettings } from './settings.ts';

const STATUSES: readonly (readonly [CampaignStatus, label: string, color: string])[] = [
  ['ADDING', 'Adding people', 'blue'], ['ADDED', 'People added', 'green'], ['DRAFTED', 'Mailing drafted', 'yellow'], ['SENT', 'Sent', 'green'], ['FAILED', 'Failed', 'red'],
];

const number = (name: string, label: string): FieldShape => ({ name, type: 'NUMBER', label, decimals: 0 });
const text = (name: string, label: string): FieldShape => ({ name, type: 'TEXT', label });

/** The campaign object in which Twenty shows what was done, and the field by which people opt out. */
export function newsletterNeeds({ twenty, optOut }: NewsletterSettings): WorkspaceNeeds {
  return {
    connection: twenty,
    objects: [{
      nameSingular: 'campaign', namePlural: 'campaigns', labelSingular: 'Campaign', labelPlural: 'Campaigns',
      description: 'Newsletters whose recipients Sluice added to a list', icon: 'IconSpeakerphone',
      fields: [
        { name: 'status', type: 'SELECT', label: 'Status', options: STATUSES.map(([value, label, color]) => ({ value, label, color })) },
        text('tool', 'Tool'), text('list', 'List'), text('viewName', 'View'), text('mailingId', 'Mailing'), text('problem', 'Problem'),
        number('peopleSelected', 'People in the view'), number('peopleOnList', 'People on the list'), number('peopleWithoutAddress', 'Without an address'),
        number('peopleInvalid', 'Invalid addresses'), number('peopleDuplicate', 'Duplicate addresses'), number('peopleOptedOut', 'Opted out'),
        number('peopleUnsubscribed', 'Unsubscribed in the tool'), number('peopleRefused', 'Refused by the tool'),
        { name: 'startedAt', type: 'DATE_TIME', label: 'Started at' }, { name: 'finishedAt', type: 'DATE_TIME', label: 'Finished at' },
      ],
    }],
    // A select field with options of its own is the workspace's affair.
    fields: optOut.values === undefined ? [{ object: 'person', name: optOut.field, type: 'BOOLEAN', label: 'No newsletters', description: 'Opted out of newsletters', icon: 'IconMailOff', defaultValue: false }] : [],
  };
}
