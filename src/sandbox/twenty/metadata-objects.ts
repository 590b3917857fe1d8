import { randomUUID } from 'node:crypto';
import { newField } from './metadata-fields.ts';
import type { Given } from './metadata-fields.ts';
import { failed, MetadataRefusal } from './metadata-refusal.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import type { Workspace } from './workspace.ts';

/** Adds a custom object with the fields every object has, usable at once; notes, tasks and attachments can point at it. */
export function createObject(workspace: Workspace, given: Given): ObjectModel {
  const nameSingular = String(given.nameSingular);
  const namePlural = String(given.namePlural);
  const universalIdentifier = randomUUID();
  const problem = problemOf(workspace, nameSingular, namePlural);
  if (problem !== undefined) throw objectRefused(problem, { universalIdentifier, namePlural, nameSingular });
  const at = new Date(workspace.now()).toISOString();
  const labelPlural = String(given.labelPlural);
  const fields = fieldsOf(labelPlural, nameSingular, at);
  const object = workspace.setObject({
    id: randomUUID(), universalIdentifier, nameSingular, namePlural, labelSingular: String(given.labelSingular), labelPlural,
    ...(given.description === undefined ? {} : { description: String(given.description) }),
    ...(given.icon === undefined ? {} : { icon: String(given.icon) }),
    isRemote: false, isSystem: false, isUIEditable: true, isUICreatable: true, isUIReadOnly: false, isSearchable: true, isLabelSyncedWithName: false,
    labelIdentifierFieldMetadataId: fields[0]?.id ?? '', isCustom: true, createdAt: at, updatedAt: at,
  }, fields);
  for (const [pointing, inverse] of [['attachment', 'attachments'], ['noteTarget', 'noteTargets'], ['taskTarget', 'taskTargets']] as const) {
    pointAt(workspace, pointing, object, inverse, at);
  }
  return object;
}

function problemOf(workspace: Workspace, nameSingular: string, namePlural: string): { code: string; message: string } | undefined {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(nameSingular) || !/^[a-z][a-zA-Z0-9]*$/.test(namePlural) || nameSingular === namePlural) {
    return { code: 'INVALID_OBJECT_INPUT', message: 'Name is not valid: it must start with lowercase letter and contain only alphanumeric letters' };
  }
  const taken = workspace.object(nameSingular) ?? workspace.objectByPlural(namePlural);
  return taken === undefined ? undefined : { code: 'OBJECT_ALREADY_EXISTS', message: 'Object already exists' };
}

/** Twenty buries the reason among the follow-up errors of everything that hangs on the object. */
function objectRefused(problem: { code: string; message: string }, about: { universalIdentifier: string; namePlural: string; nameSingular: string }): MetadataRefusal {
  const orphan = (name: string): unknown => failed('fieldMetadata', [
    { code: 'OBJECT_METADATA_NOT_FOUND', message: 'Object metadata not found', userFriendlyMessage: 'Field to create related object not found' },
  ], { universalIdentifier: randomUUID(), name, objectMetadataUniversalIdentifier: about.universalIdentifier });
  const message = 'Object metadata not found';
  const view = failed('view', [{ code: 'INVALID_VIEW_DATA', message, userFriendlyMessage: message }], { universalIdentifier: randomUUID() });
  return new MetadataRefusal('Multiple validation errors occurred while creating object', {
    fieldMetadata: systemFields.map((field) => orphan(field.name)),
    objectMetadata: [failed('objectMetadata', [{ ...problem, userFriendlyMessage: problem.message }], about)],
    view: [view],
  });
}

function fieldsOf(labelPlural: string, nameSingular: string, at: string): FieldModel[] {
  const plain = systemFields.map((field): FieldModel => ({ ...newField(field.type, field.name, field.label, at), ...field }));
  const related = relatedFields.map(({ name, label, icon, target, targetLabel }): FieldModel => ({
    ...newField('RELATION', name, label, at),
    description: `${labelPlural} tied to the ${targetLabel}`, icon, settings: { relationType: 'ONE_TO_MANY' },
    relation: { kind: 'ONE_TO_MANY', target, inverse: targetName(nameSingular) },
  }));
  return [...plain, ...related];
}

function pointAt(workspace: Workspace, from: string, object: ObjectModel, inverse: string, at: string): void {
  const pointing = workspace.object(from) as ObjectModel;
  const name = targetName(object.nameSingular);
  const field: FieldModel = {
    ...newField('MORPH_RELATION', name, object.labelSingular, at),
    description: `${pointing.labelSingular} ${object.labelSingular}`,
    settings: { onDelete: 'SET_NULL', relationType: 'MANY_TO_ONE', joinColumnName: `${name}Id` },
    relation: { kind: 'MANY_TO_ONE', target: object.nameSingular, inverse },
  };
  workspace.setObject(pointing.facts, [...pointing.fields, field]);
}

function targetName(nameSingular: string): string {
  return `target${nameSingular.charAt(0).toUpperCase()}${nameSingular.slice(1)}`;
}

const fixed = { isSystem: true, isUIEditable: false, isUIReadOnly: true, isNullable: false } as const;
const nobody = { name: "''", source: "'MANUAL'" };

/** In Twenty's order, which is also the order of a record's columns. */
const systemFields: readonly (Partial<FieldModel> & { readonly type: string; readonly name: string; readonly label: string })[] = [
  { type: 'TEXT', name: 'name', label: 'Name', description: 'Name', icon: 'IconAbc' },
  { type: 'UUID', name: 'id', label: 'Id', description: 'Id', icon: 'Icon123', ...fixed, defaultValue: 'uuid' },
  { type: 'DATE_TIME', name: 'createdAt', label: 'Creation date', description: 'Creation date', icon: 'IconCalendar', ...fixed, defaultValue: 'now' },
  { type: 'ACTOR', name: 'createdBy', label: 'Created by', description: 'The creator of the record', icon: 'IconCreativeCommonsSa', ...fixed, defaultValue: nobody },
  { type: 'DATE_TIME', name: 'deletedAt', label: 'Deleted at', description: 'Deletion date', icon: 'IconCalendarClock', ...fixed, isNullable: true },
  { type: 'POSITION', name: 'position', label: 'Position', description: 'Position', icon: 'IconHierarchy2', ...fixed, defaultValue: 0 },
  {
    type: 'DATE_TIME', name: 'updatedAt', label: 'Last update', description: 'Last time the record was changed', icon: 'IconCalendarClock', ...fixed,
    defaultValue: 'now',
  },
  {
    type: 'ACTOR', name: 'updatedBy', label: 'Updated by', description: 'The workspace member who last updated the record', icon: 'IconUserCircle', ...fixed,
    defaultValue: nobody,
  },
  { type: 'TS_VECTOR', name: 'searchVector', label: 'Search vector', description: 'Search vector', icon: 'IconSearch', ...fixed, isNullable: true },
];

const relatedFields = [
  { name: 'timelineActivities', label: 'Timeline Activities', icon: 'IconTimelineEvent', target: 'timelineActivity', targetLabel: 'Timeline Activity' },
  { name: 'attachments', label: 'Attachments', icon: 'IconFileImport', target: 'attachment', targetLabel: 'Attachment' },
  { name: 'noteTargets', label: 'Notes', icon: 'IconNotes', target: 'noteTarget', targetLabel: 'Note Target' },
  { name: 'taskTargets', label: 'Tasks', icon: 'IconCheckbox', target: 'taskTarget', targetLabel: 'Task Target' },
] as const;
