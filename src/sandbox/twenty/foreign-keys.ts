import { createHash } from 'node:crypto';
import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { brokenForeignKey } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** Every link must point at a record that exists; one in the trash does. */
export function checkForeignKeys(workspace: Workspace, object: ObjectModel, records: readonly StoredRecord[]): void {
  for (const column of object.columns) {
    const { relation } = column.field;
    if (relation === undefined) continue;
    for (const record of records) {
      const target = record[column.name];
      if (typeof target !== 'string' || (workspace.object(relation.target) !== undefined && workspace.table(relation.target).get(target) !== undefined)) continue;
      const constraint = foreignKeyName(object.nameSingular, column.name);
      throw brokenForeignKey(`insert or update on table "${object.nameSingular}" violates foreign key constraint "${constraint}"`);
    }
  }
}

/** TypeORM names a foreign key by the hash of table and column. */
export function foreignKeyName(table: string, column: string): string {
  return `FK_${createHash('sha1').update(`${table}_${column}`).digest('hex').slice(0, 27)}`;
}
