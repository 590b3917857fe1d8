import { compileObject, standardObjects } from './model.ts';
import type { FieldModel, ObjectFacts, ObjectModel } from './model.ts';
import { emptyRecord } from './record.ts';
import type { StoredRecord } from './record.ts';
import { Table } from './table.ts';
import { Views } from './views.ts';

/** What is said about every change, after it is committed, in the order it happened. */
export interface Change {
  readonly object: ObjectModel;
  readonly before?: StoredRecord;
  readonly after?: StoredRecord;
}

/** One workspace: its data model, its records and its views. Knows no HTTP, no limits and no webhooks. */
export class Workspace {
  readonly id: string;
  readonly #objects = new Map<string, ObjectModel>();
  readonly #byPlural = new Map<string, ObjectModel>();
  readonly #tables = new Map<string, Table>();
  readonly #listeners: ((changes: readonly Change[]) => void)[] = [];
  readonly #modelListeners: ((object: ObjectModel) => void)[] = [];
  readonly now: () => number;
  readonly views: Views;

  constructor(id: string, now: () => number) {
    this.id = id;
    this.now = now;
    this.views = new Views(this);
    for (const { fields, ...facts } of standardObjects) this.setObject(facts, fields);
  }

  objects(): readonly ObjectModel[] {
    return [...this.#objects.values()];
  }

  object(nameSingular: string): ObjectModel | undefined {
    return this.#objects.get(nameSingular);
  }

  objectByPlural(namePlural: string): ObjectModel | undefined {
    return this.#byPlural.get(namePlural);
  }

  objectById(id: string): ObjectModel | undefined {
    return this.objects().find((object) => object.id === id);
  }

  table(nameSingular: string): Table {
    const table = this.#tables.get(nameSingular);
    if (table === undefined) throw new Error(`The sandbox has no object ${nameSingular}.`);
    return table;
  }

  /** Adds an object or replaces its model; records get the defaults of new columns. */
  setObject(facts: ObjectFacts, fields: readonly FieldModel[]): ObjectModel {
    const object = compileObject(facts, fields);
    this.#objects.set(object.nameSingular, object);
    this.#byPlural.set(object.namePlural, object);
    const table = this.#tables.get(object.nameSingular);
    if (table === undefined) this.#tables.set(object.nameSingular, new Table(object));
    else table.remodel(object, emptyRecord(object));
    for (const listener of this.#modelListeners) listener(object);
    return object;
  }

  /** Called with every object whose model was set. */
  onModel(listener: (object: ObjectModel) => void): void {
    this.#modelListeners.push(listener);
  }

  /** Called with every committed set of changes: the journal listens here. */
  onChanges(listener: (changes: readonly Change[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Makes the changes all at once; nothing can fail any more. */
  commit(changes: readonly Change[]): void {
    for (const { object, before, after } of changes) {
      if (after !== undefined) this.table(object.nameSingular).put(after);
      else if (before !== undefined) this.table(object.nameSingular).destroy(before.id);
    }
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }

  /** The related record, unless it is missing or in the trash. */
  live(nameSingular: string, id: unknown): StoredRecord | undefined {
    const record = typeof id === 'string' ? this.#tables.get(nameSingular)?.get(id) : undefined;
    return record?.deletedAt === null ? record : undefined;
  }
}
