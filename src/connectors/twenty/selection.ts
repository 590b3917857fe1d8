import { z } from 'zod';
import type { Selection } from '../../domain/selection.ts';
import { ConnectorError } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Connection } from './call.ts';
import { typeNameOf } from './group-by.ts';
import { queryMetadata } from './metadata-query.ts';
import type { TwentyField, TwentyMetadata, TwentyObject } from './metadata.ts';
import { isKnown, shapeOf } from './objects.ts';
import { isTimeZone } from './relative-dates.ts';
import { filterProblems } from './selection-filter.ts';
import type { RelationTarget } from './selection-filter.ts';
import type { Filter } from './view-condition.ts';
import { filterOfView } from './view-filter.ts';
import { findView } from './views.ts';

/**
 * A selection made definite: plain data that can be stored, so that a run that pages through it over hours means the same
 * records throughout, whatever becomes of the view meanwhile. Relative dates are those of the moment it was planned.
 */
export interface SelectionPlan {
  /** Singular name, `person`. */
  readonly object: string;
  /** Name of the root field and of the GraphQL type. */
  readonly many: string;
  readonly type: string;
  /** Without a filter and without ids: every record. */
  readonly filter?: Filter;
  /** In lower case, each once, in the order given. */
  readonly ids?: readonly string[];
  /** The view the filter was translated from. */
  readonly view?: { readonly id: string; readonly name: string };
}

export interface PlanOptions {
  /** IANA name; where "today" is when the view does not say. The server itself takes its own, mostly UTC, which is the default. */
  readonly timeZone?: string;
  /** The instant that relative dates count from, milliseconds since 1970. */
  readonly nowMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a selection of an object's records definite. Costs no token. Throws `rejected` with the reason when the object, the view
 * or a field is not there, or when the view has a condition that cannot be carried out exactly as Twenty does.
 */
export async function planSelection(
  connection: Connection, metadata: TwentyMetadata, object: string, selection: Selection, options: PlanOptions = {},
): Promise<SelectionPlan> {
  const { signal, timeZone = 'UTC', nowMs = Date.now() } = options;
  if (!isTimeZone(timeZone)) throw refused(`there is no time zone ${timeZone}`);
  if ('ids' in selection && isKnown(object)) {
    const { one, many, type } = shapeOf(object);
    return { object: one, many, type, ids: once(selection.ids) };
  }
  const objects = await metadata.objects(signal === undefined ? {} : { signal });
  const found = objectNamed(objects, object);
  const plan = { object: found.nameSingular, many: found.namePlural, type: typeNameOf(found) };
  if ('ids' in selection) return { ...plan, ids: once(selection.ids) };
  if ('all' in selection) return plan;
  if ('view' in selection) {
    const view = await findView(connection, found, selection.view, signal);
    const filter = filterOfView(view, objects, { nowMs, timeZone });
    return { ...plan, ...(filter === undefined ? {} : { filter }), view: { id: view.id, name: view.name } };
  }
  const problems = await filterProblems(selection.filter, found, relationTargets(connection, objects, signal));
  if (problems.length > 0) throw refused(`the selection's filter does not fit: ${problems.map(({ path, message }) => `${path}: ${message}`).join(' ')}`);
  return { ...plan, filter: selection.filter };
}

function objectNamed(objects: readonly TwentyObject[], name: string): TwentyObject {
  const active = objects.filter(({ isActive }) => isActive);
  const found = active.find(({ nameSingular }) => nameSingular === name);
  if (found !== undefined) return found;
  const near = nearest(name, active.map(({ nameSingular }) => nameSingular));
  throw refused(`there is no object ${name}.${near === undefined ? '' : ` Did you mean “${near}”?`}`);
}

/** REST's field lists do not say where a relation leads, so that is asked for when a filter goes through one. */
export function relationTargets(connection: Connection, objects: readonly TwentyObject[], signal?: AbortSignal): RelationTarget {
  const asked = new Map<string, Promise<TwentyObject | undefined>>();
  const ask = async (field: TwentyField): Promise<TwentyObject | undefined> => {
    const query = 'query Sluice($id:UUID!){field(id:$id){relation{targetObjectMetadata{id}}}}';
    const { field: answer } = await queryMetadata(connection, query, { id: field.id }, FieldTarget, signal);
    return objects.find(({ id }) => id === answer?.relation?.targetObjectMetadata.id);
  };
  return (field) => {
    const target = asked.get(field.id) ?? ask(field);
    asked.set(field.id, target);
    return target;
  };
}

const FieldTarget = z.object({ field: z.object({ relation: z.object({ targetObjectMetadata: z.object({ id: z.string() }) }).nullish() }).nullish() });

function once(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map((id) => id.trim().toLowerCase()))];
}

function refused(message: string): ConnectorError {
  return new ConnectorError('twenty', 'rejected', `twenty: ${message}`);
}
