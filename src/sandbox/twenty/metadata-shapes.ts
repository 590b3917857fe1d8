import { customApplicationId, standardApplicationId } from './applications.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import type { Workspace } from './workspace.ts';

/** When the standard objects came to be; the sandbox has no earlier history. */
const bornAt = '2026-01-01T00:00:00.000Z';

/** An object as lists show it, its fields included. */
export function objectShape(workspace: Workspace, object: ObjectModel): Record<string, unknown> {
  return {
    ...objectFacts(workspace, object),
    createdAt: object.createdAt ?? bornAt,
    updatedAt: object.updatedAt ?? bornAt,
    fields: object.fields.map((field) => fieldShape(workspace, object, field)),
  };
}

/** The same after creation, in the order Twenty answers then. */
export function createdObjectShape(workspace: Workspace, object: ObjectModel): Record<string, unknown> {
  const { id, universalIdentifier, isActive, isLabelSyncedWithName, isRemote, isSearchable, isSystem, isUIEditable, isUICreatable, isUIReadOnly, labelPlural,
    labelSingular, namePlural, nameSingular, workspaceId, labelIdentifierFieldMetadataId, description, icon, applicationId, createdAt, updatedAt, fields } = objectShape(workspace, object);
  return {
    id, universalIdentifier, isActive, isLabelSyncedWithName, isRemote, isSearchable, isSystem, isUIEditable, isUICreatable, isUIReadOnly, labelPlural,
    labelSingular, namePlural, nameSingular, workspaceId, imageIdentifierFieldMetadataId: null, labelIdentifierFieldMetadataId, createdAt, updatedAt,
    ...present({ description, icon }), applicationId, fields,
  };
}

export function fieldShape(workspace: Workspace, object: ObjectModel, field: FieldModel): Record<string, unknown> {
  const { id, universalIdentifier, type, name, label, description, icon, isSystem, isUIEditable, isUIReadOnly, isNullable, isUnique, defaultValue, settings, options } = field;
  return {
    id, universalIdentifier, applicationId: applicationOf(field), type, name, label, ...present({ description, icon }),
    isActive: true, isSystem, isUIEditable, isUIReadOnly, isNullable, isUnique, ...present({ defaultValue, settings, options }),
    workspaceId: workspace.id, objectMetadataId: object.id, isLabelSyncedWithName: false,
    createdAt: field.createdAt ?? bornAt, updatedAt: field.updatedAt ?? bornAt,
  };
}

/** A field as its creation, change and deletion answer it. */
export function writtenFieldShape(workspace: Workspace, object: ObjectModel, field: FieldModel): Record<string, unknown> {
  const { id, universalIdentifier, type, name, label, description, icon, isSystem, isUIEditable, isUIReadOnly, isNullable, isUnique, defaultValue, settings, options } = field;
  return {
    id, universalIdentifier, label, name, objectMetadataId: object.id, type, workspaceId: workspace.id, defaultValue: defaultValue ?? null, isActive: true,
    isLabelSyncedWithName: false, isSystem, isUIEditable, isUIReadOnly, options: options ?? null,
    createdAt: field.createdAt ?? bornAt, updatedAt: field.updatedAt ?? bornAt, ...present({ description, icon }), isNullable, isUnique,
    ...present({ settings }), applicationId: applicationOf(field),
  };
}

function objectFacts(workspace: Workspace, object: ObjectModel): Record<string, unknown> {
  const { isCustom, id, universalIdentifier, nameSingular, namePlural, labelSingular, labelPlural, description, icon, shortcut, isRemote, isSystem, isUIEditable,
    isUICreatable, isUIReadOnly, isSearchable, isLabelSyncedWithName, labelIdentifierFieldMetadataId, imageIdentifierFieldMetadataId, duplicateCriteria } = object;
  return {
    id, universalIdentifier, applicationId: isCustom === true ? customApplicationId : standardApplicationId, nameSingular, namePlural, labelSingular, labelPlural,
    ...present({ description, icon, shortcut }), isRemote, isActive: true, isSystem, isUIEditable, isUICreatable, isUIReadOnly, isSearchable, isLabelSyncedWithName,
    workspaceId: workspace.id, labelIdentifierFieldMetadataId, ...present({ imageIdentifierFieldMetadataId, duplicateCriteria }),
  };
}

function applicationOf(field: FieldModel): string {
  return field.isCustom === true ? customApplicationId : standardApplicationId;
}

function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
