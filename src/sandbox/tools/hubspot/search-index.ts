import type { Row } from './row.ts';

/** Every state that records have had, and since when, so that a search can be asked for what was a while ago. */
export class SearchIndex {
  readonly #states = new Map<string, Map<string, { readonly since: number; readonly row: Row | undefined }[]>>();

  /** Milliseconds since 1970. No row: the record is no more. */
  note(object: string, id: string, row: Row | undefined, since: number): void {
    const states = this.#states.get(object) ?? new Map<string, { readonly since: number; readonly row: Row | undefined }[]>();
    this.#states.set(object, states.set(id, [...(states.get(id) ?? []), { since, row }]));
  }

  rows(object: string, until: number): readonly Row[] {
    return [...(this.#states.get(object)?.values() ?? [])].flatMap((states) => states.findLast(({ since }) => since <= until)?.row ?? []);
  }
}
