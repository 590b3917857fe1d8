import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';

/** The records of one object, the trash included, with an index for every unique key and every join column. */
export class Table {
  object: ObjectModel;
  readonly #records = new Map<string, StoredRecord>();
  /** By unique field: the value and who holds it. */
  readonly #unique = new Map<string, Map<unknown, string>>();
  /** By join column: the record pointed at and who points there. */
  readonly #pointing = new Map<string, Map<string, Set<string>>>();
  #sortedIds: string[] | undefined;
  #minPosition: number | undefined;

  constructor(object: ObjectModel) {
    this.object = object;
    this.remodel(object);
  }

  /** Takes over a changed model: new columns get their default, indexes are built anew. */
  remodel(object: ObjectModel, defaults: Readonly<Record<string, unknown>> = {}): void {
    this.object = object;
    this.#unique.clear();
    this.#pointing.clear();
    for (const key of object.uniqueKeys) this.#unique.set(key.field, new Map());
    for (const column of object.columns) if (column.field.relation !== undefined) this.#pointing.set(column.name, new Map());
    for (const record of this.#records.values()) {
      const grown = { ...defaults, ...record };
      this.#records.set(record.id, grown);
      this.#index(grown);
    }
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): StoredRecord | undefined {
    return this.#records.get(id);
  }

  all(): IterableIterator<StoredRecord> {
    return this.#records.values();
  }

  /** Ascending by id, Twenty's order when none is asked for. */
  sorted(): readonly StoredRecord[] {
    this.#sortedIds ??= [...this.#records.keys()].sort();
    return this.#sortedIds.map((id) => this.#records.get(id) as StoredRecord);
  }

  /** Who holds a unique value; undefined for an empty one. */
  holderOf(field: string, value: unknown): string | undefined {
    return value === null || value === undefined ? undefined : this.#unique.get(field)?.get(value);
  }

  pointingAt(column: string, id: string): ReadonlySet<string> {
    return this.#pointing.get(column)?.get(id) ?? nobody;
  }

  put(record: StoredRecord): void {
    const before = this.#records.get(record.id);
    if (before === undefined) this.#sortedIds = undefined;
    else this.#unindex(before);
    this.#records.set(record.id, record);
    this.#index(record);
    if (before !== undefined && (before.position !== record.position || before.deletedAt !== record.deletedAt)) this.#minPosition = undefined;
    else if (this.#minPosition !== undefined && record.deletedAt === null) this.#minPosition = Math.min(this.#minPosition, record.position as number);
  }

  destroy(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#unindex(record);
    this.#records.delete(id);
    this.#sortedIds = undefined;
    this.#minPosition = undefined;
  }

  /** The lowest position outside the trash; 1 when there is none, so that the first record gets 0. */
  minPosition(): number {
    if (this.#minPosition === undefined) {
      let min: number | undefined;
      for (const record of this.#records.values()) {
        if (record.deletedAt === null && (min === undefined || (record.position as number) < min)) min = record.position as number;
      }
      if (min === undefined) return 1;
      this.#minPosition = min;
    }
    return this.#minPosition;
  }

  uniqueValue(record: StoredRecord, field: string, sub: string | undefined): unknown {
    const value = record[field];
    return sub === undefined ? value : (value as Record<string, unknown> | null)?.[sub];
  }

  #index(record: StoredRecord): void {
    for (const { field, sub } of this.object.uniqueKeys) {
      const value = this.uniqueValue(record, field, sub);
      if (value !== null && value !== undefined) this.#unique.get(field)?.set(value, record.id);
    }
    for (const [column, index] of this.#pointing) {
      const target = record[column];
      if (typeof target !== 'string') continue;
      const pointing = index.get(target);
      if (pointing === undefined) index.set(target, new Set([record.id]));
      else pointing.add(record.id);
    }
  }

  #unindex(record: StoredRecord): void {
    for (const { field, sub } of this.object.uniqueKeys) {
      const value = this.uniqueValue(record, field, sub);
      if (this.#unique.get(field)?.get(value) === record.id) this.#unique.get(field)?.delete(value);
    }
    for (const [column, index] of this.#pointing) {
      const target = record[column];
      if (typeof target === 'string') index.get(target)?.delete(record.id);
    }
  }
}

const nobody: ReadonlySet<string> = new Set();
