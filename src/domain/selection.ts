/** Which Twenty records a start by hand or by the clock runs over. */
export type Selection =
  /** These records. */
  | { readonly ids: readonly string[] }
  /** The records that a saved view shows: its id, or its name among the views of the object. */
  | { readonly view: string }
  /** The records that fit a filter as Twenty's GraphQL takes it: `{ jobTitle: { ilike: '%engineer%' } }`. */
  | { readonly filter: RecordFilter }
  /** Every record of the object that is not in the trash; said in so many words, never by leaving something out. */
  | { readonly all: true };

export type RecordFilter = Readonly<Record<string, unknown>>;

/** More ids than this are a filter or a view. */
export const MAX_SELECTED_IDS = 50_000;

export interface SelectionProblem {
  /** Where in the selection, `ids.3`; empty for the selection itself. */
  readonly path: string;
  readonly message: string;
}

export type SelectionReading = { readonly ok: true; readonly selection: Selection } | { readonly ok: false; readonly problems: readonly SelectionProblem[] };

/**
 * Reads a selection that came from outside. Whether the view exists and the filter fits the workspace's fields is known only
 * to Twenty; whether the texts are ids is told per record when they are read.
 */
export function readSelection(value: unknown): SelectionReading {
  if (!isObject(value)) return refused('', `Is not a selection. ${REMEDY}`);
  const said = Object.keys(value).filter((key) => value[key] !== undefined);
  const unknown = said.filter((key) => !(KINDS as readonly string[]).includes(key));
  if (unknown.length > 0) return { ok: false, problems: unknown.map((path) => ({ path, message: `There is no such kind of selection. ${REMEDY}` })) };
  const [kind] = said;
  if (kind === undefined) return refused('', `Says nothing. ${REMEDY}`);
  if (said.length > 1) return refused('', `Says ${said.join(' and ')}; only one can count. ${REMEDY}`);
  switch (kind as (typeof KINDS)[number]) {
    case 'ids': return readIds(value.ids);
    case 'view': return readView(value.view);
    case 'filter': return readFilter(value.filter);
    case 'all': return value.all === true ? { ok: true, selection: { all: true } } : refused('all', 'Write true, or say which records are meant.');
  }
}

const KINDS = ['ids', 'view', 'filter', 'all'] as const;
const REMEDY = "Write { ids: ['…'] }, { view: 'name or id' }, { filter: { … } } or { all: true }.";

function readIds(value: unknown): SelectionReading {
  if (!Array.isArray(value) || value.length === 0) return refused('ids', 'Write a list with at least one record id.');
  if (value.length > MAX_SELECTED_IDS) return refused('ids', `Holds ${String(value.length)} ids; more than ${String(MAX_SELECTED_IDS)} are better said by a view or a filter.`);
  const wrong = value.flatMap((id, index) => (typeof id === 'string' && id.trim() !== '' ? [] : [{ path: `ids.${String(index)}`, message: 'Is not a record id.' }]));
  return wrong.length > 0 ? { ok: false, problems: wrong.slice(0, 20) } : { ok: true, selection: { ids: value as string[] } };
}

function readView(value: unknown): SelectionReading {
  if (typeof value !== 'string' || value.trim() === '') return refused('view', "Write the view's name or id.");
  return { ok: true, selection: { view: value.trim() } };
}

/** An empty filter, or an empty part of one, is everything to Twenty: it must be said as such. */
function readFilter(value: unknown): SelectionReading {
  if (!isObject(value)) return refused('filter', "Write a filter, for example { jobTitle: { ilike: '%engineer%' } }.");
  const empty = emptyPart(value, 'filter');
  if (empty !== undefined) return refused(empty, 'Is empty, which would be every record. If that is meant, write { all: true } as the selection.');
  return { ok: true, selection: { filter: value } };
}

function emptyPart(value: unknown, path: string): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? path : first(value.map((item, index) => emptyPart(item, `${path}.${String(index)}`)));
  if (!isObject(value)) return value === undefined || value === null ? path : undefined;
  const parts = Object.entries(value);
  return parts.length === 0 ? path : first(parts.map(([key, part]) => emptyPart(part, `${path}.${key}`)));
}

function first(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined);
}

function refused(path: string, message: string): SelectionReading {
  return { ok: false, problems: [{ path, message }] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
