import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { duplicateEntry } from './refusal.ts';
import type { Change, Workspace } from './workspace.ts';

/** The records of one write before it is committed: uniqueness is checked against the table and among themselves. */
export class Staging {
  readonly #workspace: Workspace;
  readonly #object: ObjectModel;
  readonly #staged = new Map<string, StoredRecord>();
  readonly #insertedIds = new Set<string>();
  readonly #holders = new Map<string, Map<unknown, string>>();

  constructor(workspace: Workspace, object: ObjectModel) {
    this.#workspace = workspace;
    this.#object = object;
    for (const key of object.uniqueKeys) this.#holders.set(key.field, new Map());
  }

  get(id: string): StoredRecord | undefined {
    return this.#staged.get(id) ?? this.#workspace.table(this.#object.nameSingular).get(id);
  }

  insert(record: StoredRecord): StoredRecord {
    if (this.get(record.id) !== undefined) throw duplicateEntry();
    this.#insertedIds.add(record.id);
    this.put(record);
    return record;
  }

  put(record: StoredRecord): void {
    const table = this.#workspace.table(this.#object.nameSingular);
    for (const { field, sub, label } of this.#object.uniqueKeys) {
      const value = table.uniqueValue(record, field, sub);
      if (value === null || value === undefined) continue;
      const staged = this.#holders.get(field)?.get(value);
      if (staged !== undefined && staged !== record.id) throw duplicateEntry();
      const holder = table.holderOf(field, value);
      if (holder !== undefined && holder !== record.id && !this.#gaveUp(holder, field, sub, value)) {
        throw duplicateEntry({ label, recordId: holder, objectNameSingular: this.#object.nameSingular });
      }
      this.#holders.get(field)?.set(value, record.id);
    }
    this.#staged.set(record.id, record);
  }

  records(): readonly StoredRecord[] {
    return [...this.#staged.values()];
  }

  inserted(): readonly StoredRecord[] {
    return [...this.#insertedIds].map((id) => this.#staged.get(id) as StoredRecord);
  }

  changes(): readonly Change[] {
    const table = this.#workspace.table(this.#object.nameSingular);
    return this.records().map((after) => {
      const before = table.get(after.id);
      return { object: this.#object, after, ...(before === undefined ? {} : { before }) };
    });
  }

  /** An earlier record of the same write may have let go of the value. */
  #gaveUp(holder: string, field: string, sub: string | undefined, value: unknown): boolean {
    const staged = this.#staged.get(holder);
    return staged !== undefined && this.#workspace.table(this.#object.nameSingular).uniqueValue(staged, field, sub) !== value;
  }
}
