import type { FieldNeed, OptionNeed } from '../../config/needs.ts';
import type { TwentyField, TwentyObject } from './metadata.ts';
import { unite } from './needs.ts';
import type { For, MergedNeeds, NeedsProblem } from './needs.ts';

/** One thing to make in the workspace. */
export type SchemaStep =
  | { readonly kind: 'create-object'; readonly object: MergedNeeds['objects'][number]; readonly for: readonly string[] }
  | { readonly kind: 'create-field'; readonly field: FieldNeed; readonly for: readonly string[] }
  | { readonly kind: 'add-options'; readonly object: string; readonly field: string; readonly options: readonly OptionNeed[]; readonly for: readonly string[] };

export interface SchemaPlan {
  /** In the order in which they can be made: objects, fields, relations, options. */
  readonly steps: readonly SchemaStep[];
  readonly problems: readonly NeedsProblem[];
}

/** Compares what is needed with what the workspace has. Changes nothing; what is there and fits is left as people made it. */
export function planSchema(needs: MergedNeeds, existing: readonly TwentyObject[]): SchemaPlan {
  const problems: NeedsProblem[] = [...needs.problems];
  const there = new Map(existing.map((object) => [object.nameSingular, object]));
  const planned = new Set(needs.objects.map(({ nameSingular }) => nameSingular));
  const steps: SchemaStep[] = [];

  for (const object of needs.objects) {
    const found = there.get(object.nameSingular);
    if (found === undefined) {
      const holder = existing.find(({ namePlural }) => namePlural === object.namePlural);
      if (holder === undefined) steps.push({ kind: 'create-object', object, for: object.for });
      else problems.push({ at: object.nameSingular, message: `Its plural name ${object.namePlural} belongs to the object ${holder.nameSingular} already. ${REMEDY}` });
    } else {
      problems.push(...unusable(object.nameSingular, found));
      if (found.namePlural !== object.namePlural) {
        problems.push({ at: object.nameSingular, message: `The object is there, but its plural is ${found.namePlural} and ${object.for.join(', ')} needs ${object.namePlural}. ${REMEDY}` });
      }
    }
  }

  for (const need of relationsLast(needs.fields)) {
    const at = `${need.object}.${need.name}`;
    const object = there.get(need.object);
    if (object === undefined && !planned.has(need.object)) {
      problems.push({ at, message: `The workspace has no object ${need.object}, on which ${need.for.join(', ')} needs this field. Check the name in the configuration, or create the object in Twenty.` });
      continue;
    }
    const field = object === undefined ? undefined : fieldNamed(object, need.name);
    problems.push(...targetProblems(at, need, there, planned));
    if (field === undefined) steps.push({ kind: 'create-field', field: need, for: need.for });
    else {
      const misfits = misfitsOf(at, need, field);
      problems.push(...misfits);
      if (misfits.length === 0) steps.push(...missingOptions(need.object, field, need.options ?? [], need.for));
    }
    if (object !== undefined) problems.push(...unusable(need.object, object));
  }

  for (const need of needs.options) {
    const at = `${need.object}.${need.field}`;
    const object = there.get(need.object);
    const field = object === undefined ? undefined : fieldNamed(object, need.field);
    const declared = steps.findIndex((step) => step.kind === 'create-field' && step.field.object === need.object && step.field.name === need.field);
    if (declared >= 0) steps[declared] = withOptions(steps[declared]!, need.options);
    else if (field === undefined) problems.push({ at, message: `The workspace has no such field, to which ${need.for.join(', ')} adds options. Check the name in the configuration, or create the select field in Twenty.` });
    else if (!/^(MULTI_)?SELECT$/.test(field.type)) problems.push({ at, message: `The field is ${field.type}, and only a select field has options. ${REMEDY}` });
    else {
      problems.push(...optionClashes(at, need.options, field));
      steps.push(...missingOptions(need.object, field, need.options, need.for));
    }
  }
  return { steps: mergedOptions(steps), problems: distinct(problems) };
}

const REMEDY = 'Rename or delete it in Twenty (Settings > Data model) or name another one in the configuration, then run sluice setup again.';

function relationsLast(fields: MergedNeeds['fields']): MergedNeeds['fields'] {
  return [...fields.filter(({ type }) => type !== 'RELATION'), ...fields.filter(({ type }) => type === 'RELATION')];
}

/** A relation takes its join column's name too: `campaign` and `campaignId`. */
function fieldNamed(object: TwentyObject, name: string): TwentyField | undefined {
  return object.fields?.find((field) => field.name === name);
}

function unusable(at: string, thing: { readonly isActive: boolean }): readonly NeedsProblem[] {
  return thing.isActive ? [] : [{ at, message: 'It is there, but deactivated. Activate it in Twenty (Settings > Data model), then run sluice setup again.' }];
}

function misfitsOf(at: string, need: FieldNeed & For, field: TwentyField): readonly NeedsProblem[] {
  const needing = need.for.join(', ');
  if (field.type !== need.type) return [{ at, message: `The field is there as ${field.type}, and ${needing} needs ${need.type}. ${REMEDY}` }];
  if (need.isUnique === true && field.isUnique !== true) {
    return [{ at, message: `The field is there, but two records may hold the same value, and ${needing} needs it to be unique. Make it unique in Twenty (Settings > Data model), then run sluice setup again.` }];
  }
  if (need.type === 'RELATION' && relationType(field) !== undefined && relationType(field) !== 'MANY_TO_ONE') {
    return [{ at, message: `The relation is there, but from one to many, and ${needing} needs a link to one record. ${REMEDY}` }];
  }
  return [...unusable(at, field), ...optionClashes(at, need.options ?? [], field)];
}

function relationType(field: TwentyField): unknown {
  return field.settings?.['relationType'];
}

/** Two options of one label could not be told apart in Twenty. */
function optionClashes(at: string, wanted: readonly OptionNeed[], field: TwentyField): readonly NeedsProblem[] {
  const existing = field.options ?? [];
  return wanted.flatMap(({ value, label }) => {
    if (existing.some((option) => option.value === value)) return [];
    const holder = existing.find((option) => option.label?.trim().toLowerCase() === label.trim().toLowerCase());
    return holder === undefined ? [] : [{ at, message: `The option ${value} is to be called “${label}”, but the option ${holder.value} is called that already. Rename ${holder.value} in Twenty (Settings > Data model), then run sluice setup again.` }];
  });
}

function targetProblems(at: string, need: FieldNeed & For, there: ReadonlyMap<string, TwentyObject>, planned: ReadonlySet<string>): readonly NeedsProblem[] {
  const to = need.relation?.to;
  if (to === undefined || there.has(to) || planned.has(to)) return [];
  return [{ at, message: `It links to the object ${to}, which the workspace has not. Check the name in the configuration, or create the object in Twenty.` }];
}

function missingOptions(object: string, field: TwentyField, wanted: readonly OptionNeed[], forWhom: readonly string[]): readonly SchemaStep[] {
  const options = wanted.filter(({ value }) => !(field.options ?? []).some((option) => option.value === value));
  return options.length === 0 ? [] : [{ kind: 'add-options', object, field: field.name, options, for: forWhom }];
}

function withOptions(step: SchemaStep, options: readonly OptionNeed[]): SchemaStep {
  return step.kind === 'create-field' ? { ...step, field: { ...step.field, options: unite(step.field.options ?? [], options) } } : step;
}

/** One change per field, whoever adds to it. */
function mergedOptions(steps: readonly SchemaStep[]): readonly SchemaStep[] {
  const merged: SchemaStep[] = [];
  for (const step of steps) {
    const at = merged.findIndex((other) => step.kind === 'add-options' && other.kind === 'add-options' && other.object === step.object && other.field === step.field);
    const other = merged[at];
    if (step.kind === 'add-options' && other?.kind === 'add-options') {
      merged[at] = { ...other, options: unite(other.options, step.options), for: [...new Set([...other.for, ...step.for])] };
    } else merged.push(step);
  }
  return merged;
}

function distinct(problems: readonly NeedsProblem[]): readonly NeedsProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.at}\0${problem.message}`, problem])).values()];
}
