import { interestsOf, watchedFields } from './record-routing.ts';
import type { Integration, RecordInterest } from './use-case.ts';

/** An object whose records somebody listens to, with all that is watched of them. */
export interface WatchedObject {
  /** Singular name, `person`. */
  readonly object: string;
  /** In the order of their names. */
  readonly fields: readonly string[];
  /** The integrations that wait for a field to come to certain values, by name. */
  readonly transitions: ReadonlyMap<string, NonNullable<RecordInterest['transition']>>;
}

/** What is watched among the records that a connection reaches, by object. */
export function watchedObjects(connection: string, integrations: Iterable<Integration>): readonly WatchedObject[] {
  const wants = [...integrations].flatMap((integration) => interestsOf(integration, connection).map((interest) => ({ name: integration.name, interest })));
  return [...watchedFields(wants.map(({ interest }) => interest))].map(([object, fields]) => ({
    object,
    fields,
    transitions: new Map(wants.flatMap(({ name, interest }) =>
      interest.object === object && interest.transition !== undefined ? [[name, interest.transition] as const] : [])),
  }));
}
