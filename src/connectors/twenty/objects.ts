import { ConnectorError } from '../../domain/failure.ts';

/**
 * Twenty's standard objects, and those that Sluice makes, as its API names them. Relation fields are listed so that a refused link can be looked up;
 * `unique` are the fields no two records may share, the trash included. Source: the introspection of Twenty 2.21.
 */
export const OBJECTS = {
  person: {
    one: 'person', many: 'people', type: 'Person',
    fields: ['name', 'emails', 'phones', 'jobTitle', 'linkedinLink', 'companyId'],
    unique: ['emails.primaryEmail'],
    links: { companyId: 'company' },
  },
  company: {
    one: 'company', many: 'companies', type: 'Company',
    fields: ['name', 'domainName', 'linkedinLink', 'address', 'annualRevenue', 'accountOwnerId'],
    unique: ['domainName.primaryLinkUrl'],
    links: { accountOwnerId: 'workspaceMember' },
  },
  opportunity: {
    one: 'opportunity', many: 'opportunities', type: 'Opportunity',
    fields: ['name', 'amount', 'closeDate', 'stage', 'companyId', 'pointOfContactId', 'ownerId'],
    unique: [],
    links: { companyId: 'company', pointOfContactId: 'person', ownerId: 'workspaceMember' },
  },
  task: {
    one: 'task', many: 'tasks', type: 'Task',
    fields: ['title', 'bodyV2', 'dueAt', 'status', 'assigneeId'],
    unique: [],
    links: { assigneeId: 'workspaceMember' },
  },
  taskTarget: {
    one: 'taskTarget', many: 'taskTargets', type: 'TaskTarget',
    fields: ['taskId', 'targetPersonId', 'targetCompanyId', 'targetOpportunityId'],
    unique: [],
    links: { taskId: 'task', targetPersonId: 'person', targetCompanyId: 'company', targetOpportunityId: 'opportunity' },
  },
  note: {
    one: 'note', many: 'notes', type: 'Note',
    fields: ['title', 'bodyV2'],
    unique: [],
    links: {},
  },
  noteTarget: {
    one: 'noteTarget', many: 'noteTargets', type: 'NoteTarget',
    fields: ['noteId', 'targetPersonId', 'targetCompanyId', 'targetOpportunityId'],
    unique: [],
    links: { noteId: 'note', targetPersonId: 'person', targetCompanyId: 'company', targetOpportunityId: 'opportunity' },
  },
  /** Custom: `sluice setup` makes it for newsletters. */
  campaign: {
    one: 'campaign', many: 'campaigns', type: 'Campaign',
    fields: ['name'],
    unique: [],
    links: {},
  },
  workspaceMember: {
    one: 'workspaceMember', many: 'workspaceMembers', type: 'WorkspaceMember',
    fields: ['name', 'userEmail'],
    unique: [],
    links: {},
  },
} as const satisfies Record<string, ObjectShape>;

export interface ObjectShape {
  readonly one: string;
  readonly many: string;
  readonly type: string;
  readonly fields: readonly string[];
  readonly unique: readonly string[];
  readonly links: Readonly<Record<string, string>>;
}

/** What can be read. */
export type ObjectName = keyof typeof OBJECTS;
/** What can be written: a workspace member is no record of ours to write. */
export type WritableObject = Exclude<ObjectName, 'workspaceMember'>;

/** The table's row, with the types widened so that it can be walked. */
export function shapeOf(object: ObjectName): ObjectShape {
  return OBJECTS[object];
}

/** `createPeople`, `deletePerson`: a root field's name. */
export function rootField(verb: 'create' | 'update' | 'delete' | 'destroy' | 'restore', name: string): string {
  return `${verb}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/**
 * The selection of a record. `extra` names further fields: a plain field by name (`intro`), a composite one with its parts
 * (`whatsapp{primaryPhoneNumber}`). Twenty answers null for a field it does not know. Anything else is `rejected`, so that
 * no text of a mapping becomes part of a query.
 */
export function selectionOf(object: ObjectName, extra: readonly string[] = []): string {
  return fieldSelection(object, ['id', 'createdAt', 'updatedAt', 'deletedAt', ...shapeOf(object).fields, ...extra]);
}

/** The selection of exactly these fields, of any object, custom ones included. */
export function fieldSelection(object: string, fields: readonly string[]): string {
  const wanted = new Map<string, string>();
  for (const field of fields) {
    const [, name, parts] = /^([A-Za-z]\w*)(\{\s*[A-Za-z]\w*(?:\s+[A-Za-z]\w*)*\s*\})?$/.exec(field) ?? [];
    if (name === undefined) throw new ConnectorError('twenty', 'rejected', `twenty: not a field of a record: ${field}`);
    if (!wanted.has(name)) wanted.set(name, parts ?? PARTS[object as ObjectName]?.[name] ?? COMMON_PARTS[name] ?? '');
  }
  return [...wanted].map(([name, parts]) => `${name}${parts}`).join(' ');
}

const FULL_NAME = '{firstName lastName}';
const LINK = '{primaryLinkUrl primaryLinkLabel secondaryLinks}';
const CURRENCY = '{amountMicros currencyCode}';
const ACTOR = '{source name workspaceMemberId context}';

/** `name` is a composite on people and plain text elsewhere. */
const PARTS: Readonly<Partial<Record<ObjectName, Readonly<Record<string, string>>>>> = {
  person: { name: FULL_NAME },
  workspaceMember: { name: FULL_NAME },
};

const COMMON_PARTS: Readonly<Record<string, string>> = {
  emails: '{primaryEmail additionalEmails}',
  phones: '{primaryPhoneNumber primaryPhoneCountryCode primaryPhoneCallingCode additionalPhones}',
  linkedinLink: LINK,
  domainName: LINK,
  address: '{addressStreet1 addressStreet2 addressCity addressPostcode addressState addressCountry addressLat addressLng}',
  annualRevenue: CURRENCY,
  amount: CURRENCY,
  bodyV2: '{markdown}',
  createdBy: ACTOR,
  updatedBy: ACTOR,
};
