import type { FieldNeed } from '../../config/needs.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { NewField, TwentyMetadata, TwentyObject } from './metadata.ts';
import type { SchemaStep } from './needs-plan.ts';

/** How a step ended: done by us, or by somebody else at the same time. */
export type Made = 'made' | 'there';

/**
 * Makes one step of a plan. That somebody made the same meanwhile is no fault: the workspace is read again, and what is there
 * and fits counts. Throws ConnectorError; `rejected` when what is there meanwhile does not fit.
 */
export async function applySchemaStep(metadata: TwentyMetadata, step: SchemaStep, ctx: { readonly signal?: AbortSignal } = {}): Promise<Made> {
  switch (step.kind) {
    case 'create-object': return createObject(metadata, step, ctx);
    case 'create-field': return createField(metadata, step.field, ctx);
    case 'add-options': return addOptions(metadata, step, ctx);
  }
}

async function createObject(metadata: TwentyMetadata, { object }: Extract<SchemaStep, { kind: 'create-object' }>, ctx: { readonly signal?: AbortSignal }): Promise<Made> {
  const { nameSingular, namePlural, labelSingular, labelPlural, description, icon } = object;
  const made = await metadata.createObject({ nameSingular, namePlural, labelSingular, labelPlural, ...present({ description, icon }) }, ctx);
  if (made !== undefined) return 'made';
  const found = (await metadata.objects(ctx)).find((other) => other.nameSingular === nameSingular);
  if (found?.namePlural !== namePlural) throw rejected(`Twenty says that the object ${nameSingular} is there already, but it cannot be found as ${namePlural}`);
  return 'there';
}

async function createField(metadata: TwentyMetadata, need: FieldNeed, ctx: { readonly signal?: AbortSignal }): Promise<Made> {
  const objects = await metadata.objects(ctx);
  const made = await metadata.createField(fieldOf(need, objects), ctx);
  if (made !== undefined) return 'made';
  const found = objectNamed(await metadata.objects(ctx), need.object).fields?.find(({ name }) => name === need.name);
  if (found?.type !== need.type || (need.isUnique === true && found.isUnique !== true)) {
    throw rejected(`the name ${need.name} on ${need.object} was taken meanwhile, by ${found === undefined ? 'something that is no field' : `a field that does not fit (${found.type})`}`);
  }
  if (need.options !== undefined) await addOptions(metadata, { object: need.object, field: need.name, options: need.options }, ctx);
  return 'there';
}

/** Twenty takes the options as a whole: those that are there go along with their ids, read a moment before. */
async function addOptions(
  metadata: TwentyMetadata,
  { object, field, options }: Pick<Extract<SchemaStep, { kind: 'add-options' }>, 'object' | 'field' | 'options'>,
  ctx: { readonly signal?: AbortSignal },
): Promise<Made> {
  const found = objectNamed(await metadata.objects(ctx), object).fields?.find(({ name }) => name === field);
  if (found === undefined) throw rejected(`the field ${field} of ${object} is not there any more`);
  const existing = found.options ?? [];
  const missing = options.filter(({ value }) => !existing.some((option) => option.value === value));
  if (missing.length === 0) return 'there';
  const next = Math.max(-1, ...existing.map(({ position }, index) => position ?? index)) + 1;
  await metadata.updateField(found.id, { options: [...existing, ...missing.map((option, index) => ({ ...option, position: next + index }))] }, ctx);
  return 'made';
}

function fieldOf(need: FieldNeed, objects: readonly TwentyObject[]): NewField {
  const { type, name, label, description, icon, isUnique, decimals, relation } = need;
  return {
    objectMetadataId: objectNamed(objects, need.object).id, type, name, label,
    ...present({ description, icon, isUnique, defaultValue: defaultOf(need) }),
    ...(need.options === undefined ? {} : { options: need.options.map((option, position) => ({ ...option, position })) }),
    ...(decimals === undefined ? {} : { settings: { decimals } }),
    ...(relation === undefined ? {} : { relationCreationPayload: {
      type: 'MANY_TO_ONE', targetObjectMetadataId: objectNamed(objects, relation.to).id, targetFieldLabel: relation.labelThere, targetFieldIcon: relation.iconThere ?? 'IconLink',
    } }),
  };
}

/** Twenty wants texts quoted inside the text (observed on 2.21). */
function defaultOf({ defaultValue }: FieldNeed): unknown {
  if (typeof defaultValue === 'string') return quoted(defaultValue);
  return Array.isArray(defaultValue) ? (defaultValue as readonly string[]).map(quoted) : defaultValue;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function objectNamed(objects: readonly TwentyObject[], name: string): TwentyObject {
  const found = objects.find(({ nameSingular }) => nameSingular === name);
  // Several server processes each keep the data model for up to 10 s.
  if (found === undefined) throw rejected(`the object ${name} cannot be seen yet or is not there any more`);
  return found;
}

function present<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function rejected(problem: string): ConnectorError {
  return new ConnectorError('twenty', 'rejected', `twenty: ${problem}`);
}
