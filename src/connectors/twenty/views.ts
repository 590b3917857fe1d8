import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Connection } from './call.ts';
import { TwentyRefusal } from './errors.ts';
import { isTwentyUuid } from './local-check.ts';
import { queryMetadata } from './metadata-query.ts';
import type { TwentyObject } from './metadata.ts';

const optional = z.string().nullish().transform((value) => value ?? undefined);

const ViewFilter = z.object({
  id: z.string(),
  fieldMetadataId: z.string(),
  operand: z.string(),
  /** Mostly a text, even where it holds JSON; an object where a client sent one. */
  value: z.unknown(),
  subFieldName: optional,
  viewFilterGroupId: optional,
  /** Set when the condition is on a field of the related record. */
  relationTargetFieldMetadataId: optional,
});
export type TwentyViewFilter = Readonly<z.output<typeof ViewFilter>>;

const ViewFilterGroup = z.object({ id: z.string(), logicalOperator: z.string(), parentViewFilterGroupId: optional });
export type TwentyViewFilterGroup = Readonly<z.output<typeof ViewFilterGroup>>;

const View = z.object({
  id: z.string(),
  name: z.string(),
  objectMetadataId: z.string(),
  type: z.string(),
  visibility: z.string(),
  deletedAt: optional,
  /** What was typed into "search any field". */
  anyFieldFilterValue: optional,
  viewFilters: z.array(ViewFilter),
  viewFilterGroups: z.array(ViewFilterGroup),
  viewSorts: z.array(z.object({ fieldMetadataId: z.string(), direction: z.string(), subFieldName: optional })),
});
/** A saved view with what it filters by. */
export type TwentyView = Readonly<z.output<typeof View>>;

const VIEW = `id name objectMetadataId type visibility deletedAt anyFieldFilterValue
viewFilters{id fieldMetadataId operand value subFieldName viewFilterGroupId relationTargetFieldMetadataId}
viewFilterGroups{id logicalOperator parentViewFilterGroupId} viewSorts{fieldMetadataId direction subFieldName}`;

/**
 * The view of that id or name. A name counts among the views of the object that the key sees, upper and lower case alike unless
 * one fits exactly; a person's own unlisted view has to be named by its id. Throws `rejected` when there is none, or several.
 */
export async function findView(connection: Connection, object: TwentyObject, nameOrId: string, signal?: AbortSignal): Promise<TwentyView> {
  const wanted = nameOrId.trim();
  return isTwentyUuid(wanted) ? viewById(connection, object, wanted.toLowerCase(), signal) : viewByName(connection, object, wanted, signal);
}

async function viewById(connection: Connection, object: TwentyObject, id: string, signal?: AbortSignal): Promise<TwentyView> {
  const view = await queryMetadata(connection, `query Sluice($id:String!){getView(id:$id){${VIEW}}}`, { id }, z.object({ getView: View.nullish() }), signal)
    .then(({ getView }) => getView, (error: unknown) => {
      if (error instanceof TwentyRefusal && (error.reason === 'not_found' || /not found/i.test(error.technical))) return undefined;
      throw error;
    });
  if (view === undefined || view === null || view.deletedAt !== undefined) throw refused(`there is no view with the id ${id}`);
  if (view.objectMetadataId !== object.id) throw refused(`the view “${view.name}” (${id}) does not show ${object.namePlural}`);
  return view;
}

async function viewByName(connection: Connection, object: TwentyObject, name: string, signal?: AbortSignal): Promise<TwentyView> {
  const query = `query Sluice($object:String){getViews(objectMetadataId:$object){${VIEW}}}`;
  const { getViews } = await queryMetadata(connection, query, { object: object.id }, z.object({ getViews: z.array(View) }), signal);
  const lists = getViews.filter((view) => view.objectMetadataId === object.id && view.deletedAt === undefined && view.type !== FIELDS_OF_A_PAGE);
  const exact = lists.filter((view) => view.name.trim() === name);
  const found = exact.length > 0 ? exact : lists.filter((view) => folded(view.name) === folded(name));
  const [view, other] = found;
  if (view === undefined) throw refused(`${object.namePlural} have no view “${name}”. ${suggestion(name, lists)}`);
  if (other !== undefined) throw refused(`${object.namePlural} have several views “${name}”: ${found.map(({ id }) => id).join(', ')}. Name the one that is meant by its id`);
  return view;
}

/** The arrangement of a record's page is kept as a view too, but shows no records. */
const FIELDS_OF_A_PAGE = 'FIELDS_WIDGET';

function suggestion(name: string, views: readonly TwentyView[]): string {
  const names = views.map((view) => view.name);
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean “${near}”?`;
  const shown = names.slice(0, 10).map((one) => `“${one}”`).join(', ');
  return names.length === 0 ? 'There is none that the key sees.' : `There is ${shown}${names.length > 10 ? ' and more' : ''}. A private view is named by its id.`;
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

function refused(message: string): ConnectorError {
  return new ConnectorError('twenty', 'rejected', `twenty: ${message}`);
}
