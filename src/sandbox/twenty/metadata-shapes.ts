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
  return inOrder({ ...objectShape(workspace, object), imageIdentifierFieldMetadataId: null }, [
    'id', 'universalIdentifier', 'isActive', 'isLabelSyncedWithName', 'isRemote', 'isSearchable', 'isSystem', 'isUIEditable', 'isUICreatable', 'isUIReadOnly',
    'labelPlural', 'labelSingular', 'namePlural', 'nameSingular', 'workspaceId', 'imageIdentifierFieldMetadataId', 'labelIdentifierFieldMetadataId', 'createdAt',
    'updatedAt', 'description', 'icon', 'applicationId', 'fields',
  ]);
}

export function fieldShape(workspace: Workspace, object: ObjectModel, field: FieldModel): Record<string, unknown> {
  return inOrder(fieldFacts(workspace, object, field), [
    'id', 'universalIdentifier', 'applicationId', 'type', 'name', 'label', 'description', 'icon', 'isActive', 'isSystem', 'isUIEditable', 'isUIReadOnly', 'isNullable',
    'isUnique', 'defaultValue', 'settings', 'options', 'workspaceId', 'objectMetadataId', 'isLabelSyncedWithName', 'createdAt', 'updatedAt',
  ]);
}

/** A field as its creation, change and deletion answer it. */
export function writtenFieldShape(workspace: Workspace, object: ObjectModel, field: FieldModel): Record<string, unknown> {
  return inOrder({ defaultValue: null, options: null, ...fieldFacts(workspace, object, field) }, [
    'id', 'universalIdentifier', 'label', 'name', 'objectMetadataId', 'type', 'workspaceId', 'defaultValue', 'isActive', 'isLabelSyncedWithName', 'isSystem',
    'isUIEditable', 'isUIReadOnly', 'options', 'createdAt', 'updatedAt', 'description', 'icon', 'isNullable', 'isUnique', 'settings', 'applicationId',
  ]);
}

function fieldFacts(workspace: Workspace, object: ObjectModel, field: FieldModel): Record<string, unknown> {
  return present({
    ...field, applicationId: field.isCustom === true ? customApplicationId : standardApplicationId, isActive: true, workspaceId: workspace.id,
    objectMetadataId: object.id, isLabelSyncedWithName: false, createdAt: field.createdAt ?? bornAt, updatedAt: field.updatedAt ?? bornAt,
  });
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

function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The named properties that are there, in this order. */
function inOrder(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])));
}
