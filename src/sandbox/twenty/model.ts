import standard from './model/standard-objects.json' with { type: 'json' };
import { compositeOf } from './composites.ts';

/** A field as Twenty's metadata describes it; `relation` is resolved to names. */
export interface FieldModel {
  readonly id: string;
  readonly universalIdentifier: string;
  readonly type: string;
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  readonly isSystem: boolean;
  readonly isUIEditable: boolean;
  readonly isUIReadOnly: boolean;
  readonly isNullable: boolean;
  readonly isUnique: boolean;
  readonly defaultValue?: unknown;
  readonly settings?: { readonly joinColumnName?: string; readonly onDelete?: string; readonly [key: string]: unknown };
  readonly options?: readonly SelectOption[];
  readonly relation?: Relation;
  /** True for fields made through the metadata API. */
  readonly isCustom?: boolean;
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

export interface SelectOption {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly position: number;
  readonly color?: string;
}

export interface Relation {
  readonly kind: 'MANY_TO_ONE' | 'ONE_TO_MANY';
  /** Singular name of the object on the other side; it need not be part of the model. */
  readonly target: string;
  /** The field on the other side. */
  readonly inverse?: string;
}

export interface ObjectFacts {
  readonly id: string;
  readonly universalIdentifier: string;
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
  readonly description?: string;
  readonly icon?: string;
  readonly shortcut?: string;
  readonly isRemote: boolean;
  readonly isSystem: boolean;
  readonly isUIEditable: boolean;
  readonly isUICreatable: boolean;
  readonly isUIReadOnly: boolean;
  readonly isSearchable: boolean;
  readonly isLabelSyncedWithName: boolean;
  readonly labelIdentifierFieldMetadataId: string;
  readonly imageIdentifierFieldMetadataId?: string;
  readonly duplicateCriteria?: readonly (readonly string[])[];
  readonly isCustom?: boolean;
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** A value must be unique in the object, the trash included. `sub` is the sub-field that counts in a composite. */
export interface UniqueKey {
  readonly field: string;
  readonly sub?: string;
  readonly label: string;
}

/** An object with everything that reading and writing look up, computed once. */
export interface ObjectModel extends ObjectFacts {
  readonly facts: ObjectFacts;
  readonly fields: readonly FieldModel[];
  readonly fieldByName: ReadonlyMap<string, FieldModel>;
  /** What a record holds, in the order the API answers: plain fields by name, many-to-one relations by join column. */
  readonly columns: readonly Column[];
  readonly columnByName: ReadonlyMap<string, Column>;
  readonly uniqueKeys: readonly UniqueKey[];
}

export interface Column {
  readonly name: string;
  /** The column's type; a join column is a UUID. */
  readonly type: string;
  readonly field: FieldModel;
}

/** The data model of the standard objects of Twenty 2.21.0: its introspection document joined with its metadata API. */
export const standardObjects: readonly (ObjectFacts & { readonly fields: readonly FieldModel[] })[] = standard.objects as never;

export function compileObject(facts: ObjectFacts, fields: readonly FieldModel[]): ObjectModel {
  const columns = fields.flatMap((field): Column[] => {
    if (field.relation === undefined) return [{ name: field.name, type: field.type, field }];
    if (field.relation.kind === 'ONE_TO_MANY') return [];
    return [{ name: field.settings?.joinColumnName ?? `${field.name}Id`, type: 'UUID', field }];
  });
  return {
    ...facts,
    facts,
    fields,
    fieldByName: new Map(fields.map((field) => [field.name, field])),
    columns,
    columnByName: new Map(columns.map((column) => [column.name, column])),
    uniqueKeys: fields.filter((field) => field.isUnique).map(uniqueKeyOf),
  };
}

function uniqueKeyOf(field: FieldModel): UniqueKey {
  const sub = compositeOf(field.type)?.unique;
  return { field: field.name, label: field.label, ...(sub === undefined ? {} : { sub }) };
}
