import { randomUUID } from 'node:crypto';
import { fieldRefused, MetadataFault, MetadataRefusal } from './metadata-refusal.ts';
import type { Problem } from './metadata-refusal.ts';
import type { FieldModel, ObjectModel, SelectOption } from './model.ts';
import type { Workspace } from './workspace.ts';

export type Given = Readonly<Record<string, unknown>>;

/** Adds a custom field, usable at once; records that exist get its default. */
export function createField(workspace: Workspace, given: Given): { object: ObjectModel; field: FieldModel } {
  const object = workspace.objectById(String(given.objectMetadataId));
  if (object === undefined) throw unknownObject();
  const name = String(given.name);
  const problem = problemOf(object, given);
  if (problem !== undefined) throw fieldRefused(problem, { name, objectUniversalIdentifier: object.universalIdentifier });
  if (given.isNullable === false && (given.defaultValue ?? null) === null) throw migrationFailed();
  const at = new Date(workspace.now()).toISOString();
  const field: FieldModel = {
    ...newField(String(given.type), name, String(given.label), at),
    ...(given.type === 'RELATION' ? relate(workspace, object, name, given.relationCreationPayload as Given, at) : pick(given, ['settings'])),
    ...pick(given, ['description', 'icon', 'defaultValue']),
    isNullable: given.isNullable !== false,
    isUnique: given.isUnique === true,
    ...(Array.isArray(given.options) ? { options: optionsOf(given.options as Partial<SelectOption>[]) } : {}),
  };
  return { object: workspace.setObject(object.facts, [...object.fields, field]), field };
}

/** Changes label, description, icon, default and options; the name and type stay. */
export function updateField(workspace: Workspace, id: string, given: Given): { object: ObjectModel; field: FieldModel } {
  const found = findField(workspace, id);
  if (found === undefined) throw fieldToUpdateMissing();
  const { object, field: before } = found;
  const problem = Array.isArray(given.options) ? optionsProblem({ type: before.type, options: given.options }) : undefined;
  if (problem !== undefined) throw updateRefused(problem, id);
  const field: FieldModel = {
    ...before,
    ...pick(given, ['label', 'description', 'icon', 'defaultValue', 'isUnique']),
    ...(Array.isArray(given.options) ? { options: optionsOf(given.options as Partial<SelectOption>[]) } : {}),
    ...(before.isCustom === true ? { updatedAt: new Date(workspace.now()).toISOString() } : {}),
  };
  return { object: workspace.setObject(object.facts, object.fields.map((other) => (other === before ? field : other))), field };
}

export function deleteField(workspace: Workspace, id: string): { object: ObjectModel; field: FieldModel } {
  const found = findField(workspace, id);
  if (found === undefined) throw new MetadataFault(404, 'FIELD_METADATA_NOT_FOUND', 'Field to delete not found');
  const { object, field } = found;
  if (field.isCustom !== true) throw new MetadataFault(403, 'FIELD_MUTATION_NOT_ALLOWED', `Cannot delete standard field "${field.name}"`);
  return { object: workspace.setObject(object.facts, object.fields.filter((other) => other !== field)), field };
}

export function findField(workspace: Workspace, id: string): { object: ObjectModel; field: FieldModel } | undefined {
  for (const object of workspace.objects()) {
    const field = object.fields.find((candidate) => candidate.id === id);
    if (field !== undefined) return { object, field };
  }
  return undefined;
}

/** A field of the workspace itself, without anything that depends on its type. */
export function newField(type: string, name: string, label: string, at: string): FieldModel {
  return {
    id: randomUUID(), universalIdentifier: randomUUID(), type, name, label, isSystem: false, isUIEditable: true, isUIReadOnly: false,
    isNullable: true, isUnique: false, isCustom: true, createdAt: at, updatedAt: at,
  };
}

function problemOf(object: ObjectModel, given: Given): Problem | undefined {
  const name = String(given.name);
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return invalid('Name is not valid: it must start with lowercase letter and contain only alphanumeric letters', name);
  if (reservedNames.has(name)) return invalid('This name is reserved. Use a different name or the system will add "Custom" suffix.', name);
  if (object.fieldByName.has(name) || object.columnByName.has(name)) return taken(name);
  if (given.type === 'RELATION' && given.relationCreationPayload === undefined) return invalid('Relation creation payload is required', undefined);
  return given.type === 'SELECT' || given.type === 'MULTI_SELECT' ? optionsProblem(given) : undefined;
}

function taken(name: string): Problem {
  const message = `Name "${name}" is not available as it is already used by another field`;
  return { code: 'NOT_AVAILABLE', value: name, message, userFriendlyMessage: message };
}

function optionsProblem({ type, options, defaultValue }: Given): Problem | undefined {
  const given = Array.isArray(options) ? (options as Partial<SelectOption>[]) : [];
  if (given.length === 0) return invalid('Options are required for enum fields', []);
  const bad = given.find((option) => !/^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(option.value ?? ''));
  if (bad !== undefined) return invalid(`Value must be in UPPER_CASE and follow snake_case "${bad.value}"`, bad.value);
  const values = given.map((option) => option.value);
  if (new Set(values).size < values.length) return invalid('Duplicated option value', values);
  if (type === 'MULTI_SELECT' && defaultValue !== undefined && defaultValue !== null && !(Array.isArray(defaultValue) && defaultValue.every((value) => /^'.*'$/.test(String(value))))) {
    return invalid('Default value should be as quoted string', defaultValue);
  }
  if (type === 'SELECT' && typeof defaultValue === 'string' && !/^'.*'$/.test(defaultValue)) return invalid('Default value should be as quoted string', defaultValue);
  return undefined;
}

function invalid(message: string, value: unknown): Problem {
  return { code: 'INVALID_FIELD_INPUT', message, userFriendlyMessage: message, value };
}

/** Gives the other object its side of the relation and says what this side looks like. */
function relate(workspace: Workspace, object: ObjectModel, name: string, payload: Given, at: string): Partial<FieldModel> {
  const target = workspace.objectById(String(payload.targetObjectMetadataId));
  if (target === undefined) throw unknownObject();
  const toOne = payload.type !== 'ONE_TO_MANY';
  const inverse = camelCased(String(payload.targetFieldLabel));
  if (target.fieldByName.has(inverse)) throw fieldRefused(taken(inverse), { name: inverse, objectUniversalIdentifier: target.universalIdentifier });
  const one = (joinedBy: string): FieldModel['settings'] => ({ onDelete: 'SET_NULL', relationType: 'MANY_TO_ONE', joinColumnName: `${joinedBy}Id` });
  const many = { relationType: 'ONE_TO_MANY' };
  const other: FieldModel = {
    ...newField('RELATION', inverse, String(payload.targetFieldLabel), at),
    ...pick({ icon: payload.targetFieldIcon }, ['icon']),
    settings: toOne ? many : one(inverse),
    relation: { kind: toOne ? 'ONE_TO_MANY' : 'MANY_TO_ONE', target: object.nameSingular, inverse: name },
  };
  workspace.setObject(target.facts, [...target.fields, other]);
  return {
    description: `${object.labelPlural} tied to the ${target.labelSingular}`,
    settings: toOne ? one(name) : many,
    relation: { kind: toOne ? 'MANY_TO_ONE' : 'ONE_TO_MANY', target: target.nameSingular, inverse },
  };
}

function optionsOf(options: readonly Partial<SelectOption>[]): readonly SelectOption[] {
  return options.map(({ id, color, label, value, position }, index) => ({
    id: id ?? randomUUID(), ...(color === undefined ? {} : { color }), label: label ?? '', value: value ?? '', position: position ?? index,
  }));
}

function camelCased(label: string): string {
  const words = label.replace(/[^a-zA-Z0-9 ]/g, '').trim().split(/\s+/);
  return words.map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1)).join('');
}

function pick(given: Given, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (given[name] === undefined || given[name] === null ? [] : [[name, given[name]]])));
}

function unknownObject(): MetadataRefusal {
  const userFriendlyMessage = 'Created field metadata, parent object metadata not found';
  const problem = { code: 'OBJECT_METADATA_NOT_FOUND', message: 'Provided object metadata id does not exist', userFriendlyMessage };
  return new MetadataRefusal('Multiple validation errors occurred while creating field', missing('create', problem), userFriendlyMessage);
}

function fieldToUpdateMissing(): MetadataRefusal {
  const message = 'Field metadata to update not found';
  const problem = { code: 'FIELD_METADATA_NOT_FOUND', message, userFriendlyMessage: message };
  return new MetadataRefusal('Validation errors occurred while updating field', missing('update', problem), message);
}

function updateRefused(problem: Problem, id: string): MetadataRefusal {
  const errors = { fieldMetadata: [{ errors: [problem], type: 'update', metadataName: 'fieldMetadata', flatEntityMinimalInformation: { id } }] };
  return new MetadataRefusal('Multiple validation errors occurred while updating field', errors, problem.userFriendlyMessage);
}

function missing(type: 'create' | 'update', problem: Problem): Readonly<Record<string, readonly unknown[]>> {
  return { fieldMetadata: [{ errors: [problem], type, metadataName: 'fieldMetadata', flatEntityMinimalInformation: { id: '' } }] };
}

/** A column that may not be empty and has no default fails in the database: a bare text with status 500. */
export class MigrationFailure extends Error {}

function migrationFailed(): MigrationFailure {
  return new MigrationFailure(`Migration action 'create' for 'fieldMetadata' (universalIdentifier: ${randomUUID()}) failed`);
}

const reservedNames = new Set([
  'type', 'object', 'objects', 'field', 'fields', 'view', 'views', 'plan', 'user', 'users', 'event', 'events', 'query', 'mutation', 'search',
]);
