import type { FieldNeed, WorkspaceNeeds } from '../../config/needs.ts';
import type { RecordInterest } from '../../config/use-case.ts';
import type { InvoicesSettings } from './settings.ts';

/** What an invoice rests on, by object; a change of it lets a deal go on that waits for its data. */
export function billedFields({ billingEmail, fields }: InvoicesSettings): Readonly<Record<'opportunity' | 'company' | 'person', readonly string[]>> {
  return {
    opportunity: [...new Set(['name', 'amount', 'company', 'pointOfContact', ...fields.opportunity])],
    company: [...new Set(['name', 'address', ...(billingEmail === undefined ? [] : [billingEmail]), ...fields.company])],
    person: [...new Set(['name', 'emails', ...fields.person])],
  };
}

/** A deal that comes to a won stage; and, for those that wait for data, the records in which it may be filled in. */
export function invoiceInterests(settings: InvoicesSettings): readonly RecordInterest[] {
  const { twenty: connection, stages, settle } = settings;
  const { opportunity, company, person } = billedFields(settings);
  const awaited = { connection, actions: ['updated', 'restored'], awaited: true } as const;
  return [
    {
      object: 'opportunity', connection, actions: ['created', 'updated', 'restored'], watch: opportunity, transition: { field: 'stage', to: stages },
      settle: { quietMs: settle.quietSeconds * 1000, maxMs: settle.maxSeconds * 1000 },
    },
    { ...awaited, object: 'company', watch: company },
    { ...awaited, object: 'person', watch: person },
  ];
}

/** The fields that Sluice writes and the stages that it waits for, for `sluice setup` to compare and make. */
export function invoiceNeeds({ twenty, write, stages }: InvoicesSettings): WorkspaceNeeds {
  const opportunity = (need: Omit<FieldNeed, 'object'>): FieldNeed => ({ object: 'opportunity', ...need });
  return {
    connection: twenty,
    fields: [
      opportunity({ name: write.id, type: 'TEXT', label: 'Invoice ID', description: 'The invoice in the billing tool', icon: 'IconHash' }),
      opportunity({ name: write.number, type: 'TEXT', label: 'Invoice number', description: 'As it stands on the invoice', icon: 'IconFileInvoice' }),
      opportunity({ name: write.url, type: 'LINKS', label: 'Invoice URL', description: 'Where the customer sees and pays it', icon: 'IconLink' }),
      opportunity({ name: write.status, type: 'SELECT', label: 'Invoice status', description: 'Kept up to date by Sluice', icon: 'IconProgressCheck', options: STATUS_OPTIONS }),
    ],
    options: [{ object: 'opportunity', field: 'stage', options: stages.map((value) => ({ value, label: labelOf(value) })) }],
  };
}

const STATUS_OPTIONS = [
  { value: 'DRAFT', label: 'Draft', color: 'gray' },
  { value: 'OPEN', label: 'Open', color: 'blue' },
  { value: 'PAYMENT_FAILED', label: 'Payment failed', color: 'orange' },
  { value: 'PAID', label: 'Paid', color: 'green' },
  { value: 'UNCOLLECTIBLE', label: 'Uncollectible', color: 'red' },
  { value: 'VOID', label: 'Void', color: 'gray' },
];

/** `CLOSED_WON` as “Closed won”. */
function labelOf(value: string): string {
  const words = value.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
