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

/** What an object is like. */
export interface ObjectShape {
  readonly one: string;
  readonly many: string;
  readonly type: string;
  readonly fields: readonly string[];
  readonly unique: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  /** Fields with their parts as the workspace describes them, empty for a plain one; absent while nobody had to ask. */
  readonly parts?: ReadonlyMap<string, string>;
}

export type KnownObject = keyof typeof OBJECTS;
declare const custom: unique symbol;
/** Another object of the workspace by its singular name, a custom one; what it is like is learnt from the workspace (`shapes.ts`). */
export type CustomObject = string & { readonly [custom]: true };
/** What can be read. */
export type ObjectName = KnownObject | CustomObject;
/** What can be written: a workspace member is no record of ours to write. */
export type WritableObject = Exclude<ObjectName, 'workspaceMember'>;

/** The table's row, with the types widened so that it can be walked. */
export function shapeOf(object: KnownObject): ObjectShape {
  return OBJECTS[object];
}

export function isKnown(object: string): object is KnownObject {
  return Object.hasOwn(OBJECTS, object);
}

/** `createPeople`, `deletePerson`: a root field's name. */
export function rootField(verb: 'create' | 'update' | 'delete' | 'destroy' | 'restore', name: string): string {
  return `${verb}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/**
 * The selection of a record. `extra` names further fields: a plain field by name (`intro`), a composite one with its parts
 * (`whatsapp{primaryPhoneNumber}`), one of whatever type as a whole (`whatsapp{*}`: `wholly` writes it). Twenty answers null for a
 * field it does not know. Anything else is `rejected`, so that no text of a mapping becomes part of a query.
 */
export function selectionOf({ one, fields, parts }: ObjectShape, extra: readonly string[] = []): string {
  return fieldSelection(one, ['id', 'createdAt', 'updatedAt', 'deletedAt', ...fields, ...extra], parts);
}

/** The selection of exactly these fields, of any object, custom ones included. What the workspace describes goes before the tables. */
export function fieldSelection(object: string, fields: readonly string[], described?: ObjectShape['parts']): string {
  const wanted = new Map<string, string>();
  for (const field of fields) {
    const [, name, given] = /^([A-Za-z]\w*)(\{\s*(?:\*|[A-Za-z]\w*(?:\s+[A-Za-z]\w*)*)\s*\})?$/.exec(field) ?? [];
    if (name === undefined) throw new ConnectorError('twenty', 'rejected', `twenty: not a field of a record: ${field}`);
    const told = described === undefined || isKnown(object) ? (PARTS[object]?.[name] ?? COMMON_PARTS[name]) : undefined;
    const whole = described?.get(name) ?? told ?? '';
    if (given === WHOLE) wanted.set(name, whole);
    else if (!wanted.has(name)) wanted.set(name, given ?? whole);
  }
  return [...wanted].map(([name, parts]) => `${name}${parts}`).join(' ');
}

const WHOLE = '{*}';

/** A field with all its parts, if it has any: what it is like is asked of the workspace where the tables do not say. */
export function wholly(field: string): string {
  return `${field}${WHOLE}`;
}

/** The names of the fields that are wanted so. */
export function whollyNamed(fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => (field.endsWith(WHOLE) ? [field.slice(0, -WHOLE.length)] : []));
}

const FULL_NAME = '{firstName lastName}';
const LINK = '{primaryLinkUrl primaryLinkLabel secondaryLinks}';
const CURRENCY = '{amountMicros currencyCode}';
const ACTOR = '{source name workspaceMemberId context}';

/** `name` is a composite on people and plain text elsewhere. */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
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
