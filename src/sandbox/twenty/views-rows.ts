import { createHash } from 'node:crypto';
import { standardApplicationId } from './applications.ts';
import type { ObjectModel } from './model.ts';

/** What every row of the four has. */
export interface Row {
  readonly id: string;
  readonly universalIdentifier: string;
  readonly applicationId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface View extends Row {
  readonly name: string;
  readonly objectMetadataId: string;
  readonly type: string;
  readonly key: string | null;
  readonly icon: string;
  readonly position: number;
  readonly visibility: string;
  readonly anyFieldFilterValue: string | null;
  /** Whose unlisted view it is; a key is nobody and does not find such views in lists. */
  readonly createdByUserWorkspaceId: string | null;
}

export interface ViewFilter extends Row {
  readonly viewId: string;
  readonly fieldMetadataId: string;
  readonly operand: string;
  readonly value: unknown;
  readonly viewFilterGroupId: string | null;
  readonly positionInViewFilterGroup: number | null;
  readonly subFieldName: string | null;
  readonly relationTargetFieldMetadataId: string | null;
}

export interface ViewFilterGroup extends Row {
  readonly viewId: string;
  readonly parentViewFilterGroupId: string | null;
  readonly logicalOperator: string;
  readonly positionInViewFilterGroup: number | null;
}

export interface ViewSort extends Row {
  readonly viewId: string;
  readonly fieldMetadataId: string;
  readonly direction: string;
  readonly subFieldName: string | null;
}

/** What is kept between runs. */
export interface KeptViews {
  readonly views: readonly View[];
  readonly filters: readonly ViewFilter[];
  readonly groups: readonly ViewFilterGroup[];
  readonly sorts: readonly ViewSort[];
}

/** The views that every object has: all its records, and the arrangement of its page. */
export function standardViews({ id, labelPlural, labelSingular, ...object }: ObjectModel): readonly View[] {
  const view = (name: string, type: string, key: string | null): View => ({
    id: madeOf(`${id} ${type}`), universalIdentifier: madeOf(`${id} ${type} standard`), applicationId: standardApplicationId, name, objectMetadataId: id, type, key,
    icon: 'IconList', position: 0, visibility: 'WORKSPACE', anyFieldFilterValue: null, createdByUserWorkspaceId: null,
    createdAt: object.createdAt ?? bornAt, updatedAt: object.updatedAt ?? bornAt,
  });
  return [view(`All ${labelPlural}`, 'TABLE', 'INDEX'), view(`${labelSingular} Record Page Fields`, 'FIELDS_WIDGET', null)];
}

const bornAt = '2026-01-01T00:00:00.000Z';

/** The same id in every run, a UUID of version 4 in form. */
function madeOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
