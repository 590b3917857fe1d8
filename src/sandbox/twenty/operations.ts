import type { Author } from './author.ts';
import { findDuplicates } from './duplicates.ts';
import type { RecordEvent } from './event.ts';
import { compileFilter } from './filter.ts';
import { findMatching, findPage } from './find.ts';
import type { FindRequest, Page } from './find.ts';
import { parseRecordInput } from './input.ts';
import type { WriteKind, Writes } from './ledger.ts';
import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { databaseRefusal, permissionDenied, recordNotFound, tooManyToUpdate, tooManyToWrite } from './refusal.ts';
import type { Workspace } from './workspace.ts';
import { createRecords, destroyRecords, restoreRecords, softDeleteRecords, updateRecords } from './write.ts';
import type { Written } from './write.ts';

/** What the two record APIs have in common: one instance per call, which it tells about its writes. */
export class Operations {
  readonly #workspace: Workspace;
  readonly #author: Author;
  readonly #maxBatch: number;
  readonly #check: (object: ObjectModel, data: unknown) => void;
  readonly events: RecordEvent[] = [];
  readonly #writes: { [K in WriteKind]?: string[] } = {};
  records = 0;

  constructor(workspace: Workspace, author: Author, maxBatch: number, check: (object: ObjectModel, data: unknown) => void = () => undefined) {
    this.#workspace = workspace;
    this.#author = author;
    this.#maxBatch = maxBatch;
    this.#check = check;
  }

  get writes(): Writes | undefined {
    return Object.keys(this.#writes).length === 0 ? undefined : this.#writes;
  }

  find(object: ObjectModel, request: FindRequest): Page {
    const page = findPage(this.#workspace, object, request);
    this.records += page.records.length;
    return page;
  }

  findOne(object: ObjectModel, filter: unknown): StoredRecord {
    const [record] = findMatching(this.#workspace, object, compileFilter(this.#workspace, object, filter));
    if (record === undefined) throw recordNotFound();
    this.records += 1;
    return record;
  }

  duplicatesOf(object: ObjectModel, request: { data?: unknown; ids?: unknown }): readonly (readonly StoredRecord[])[] {
    return findDuplicates(this.#workspace, object, request);
  }

  create(object: ObjectModel, data: readonly unknown[], upsert: boolean): readonly StoredRecord[] {
    this.#mayWrite(object);
    if (data.length > this.#maxBatch) throw tooManyToWrite(this.#maxBatch);
    for (const item of data) this.#check(object, item);
    const written = createRecords(this.#workspace, object, data, this.#author, upsert);
    const created = new Set(written.events.filter((event) => event.action === 'created').map((event) => event.record.id));
    this.#note('created', [...created]);
    this.#note('updated', written.records.map((record) => record.id).filter((id) => !created.has(id)));
    this.#note('revived', written.revived);
    return this.#done(written);
  }

  update(object: ObjectModel, id: string, data: unknown): StoredRecord {
    this.#mayWrite(object);
    this.#check(object, data);
    const record = this.#existing(object, id);
    return this.#doneOne('updated', updateRecords(this.#workspace, object, [record], data, this.#author));
  }

  /** An empty filter means everything, as in Twenty. */
  updateMany(object: ObjectModel, filter: unknown, data: unknown): readonly StoredRecord[] {
    this.#mayWrite(object);
    this.#check(object, data);
    parseRecordInput(object, data);
    const targets = this.#matching(object, filter);
    if (targets.length > this.#maxBatch) throw tooManyToUpdate(this.#maxBatch);
    return this.#doneMany('updated', updateRecords(this.#workspace, object, targets, data, this.#author));
  }

  softDelete(object: ObjectModel, id: string): StoredRecord {
    this.#mayWrite(object);
    return this.#doneOne('deleted', softDeleteRecords(this.#workspace, object, [this.#existing(object, id)], this.#author));
  }

  softDeleteMany(object: ObjectModel, filter: unknown): readonly StoredRecord[] {
    this.#mayWrite(object);
    refuseUnfiltered(filter, 'delete');
    return this.#doneMany('deleted', softDeleteRecords(this.#workspace, object, this.#matching(object, filter), this.#author));
  }

  destroy(object: ObjectModel, id: string): StoredRecord {
    this.#mayWrite(object);
    return this.#doneOne('destroyed', destroyRecords(this.#workspace, object, [this.#existing(object, id)], this.#author));
  }

  destroyMany(object: ObjectModel, filter: unknown): readonly StoredRecord[] {
    this.#mayWrite(object);
    refuseUnfiltered(filter, 'destroy');
    return this.#doneMany('destroyed', destroyRecords(this.#workspace, object, this.#matching(object, filter), this.#author));
  }

  restore(object: ObjectModel, id: string): StoredRecord {
    this.#mayWrite(object);
    return this.#doneOne('restored', restoreRecords(this.#workspace, object, [this.#existing(object, id)], this.#author));
  }

  restoreMany(object: ObjectModel, filter: unknown): readonly StoredRecord[] {
    this.#mayWrite(object);
    const targets = this.#matching(object, filter).filter((record) => record.deletedAt !== null);
    return this.#doneMany('restored', restoreRecords(this.#workspace, object, targets, this.#author));
  }

  #existing(object: ObjectModel, id: string): StoredRecord {
    const record = this.#workspace.table(object.nameSingular).get(id.toLowerCase());
    if (record === undefined) throw recordNotFound();
    return record;
  }

  /** Writes by filter reach into the trash: only reads leave it out. */
  #matching(object: ObjectModel, filter: unknown): StoredRecord[] {
    return findMatching(this.#workspace, object, compileFilter(this.#workspace, object, filter), true);
  }

  /** API keys may read workspace members, never write them. */
  #mayWrite(object: ObjectModel): void {
    if (object.nameSingular === 'workspaceMember' && this.#author.workspaceMemberId === undefined) throw permissionDenied();
  }

  #note(kind: WriteKind, ids: readonly string[]): void {
    if (ids.length > 0) (this.#writes[kind] ??= []).push(...ids);
  }

  #doneMany(kind: WriteKind, written: Written): readonly StoredRecord[] {
    this.#note(kind, written.records.map((record) => record.id));
    return this.#done(written);
  }

  #doneOne(kind: WriteKind, written: Written): StoredRecord {
    return this.#doneMany(kind, written)[0] as StoredRecord;
  }

  #done(written: Written): readonly StoredRecord[] {
    this.events.push(...written.events);
    this.records += written.records.length;
    return written.records;
  }
}

function refuseUnfiltered(filter: unknown, action: string): void {
  if (typeof filter === 'object' && filter !== null && Object.keys(filter).length > 0) return;
  throw databaseRefusal(`Filters are mandatory for bulk ${action} operations. Please provide at least one filter to prevent accidental deletion of all records.`);
}
