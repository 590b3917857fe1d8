import type { Author } from './author.ts';
import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';

/** Something that happened to a record, as webhooks and workflows hear of it. */
export interface RecordEvent {
  readonly action: 'created' | 'updated' | 'deleted' | 'restored' | 'destroyed';
  readonly object: ObjectModel;
  /** The state after the change; before it for `destroyed`. */
  readonly record: StoredRecord;
  readonly before?: StoredRecord;
  readonly author: Author;
  readonly updatedFields?: readonly string[];
}
