import type { FieldNeed, FieldShape, ObjectNeed, OptionNeed, WorkspaceNeeds } from '../../config/needs.ts';

/** What one integration needs. */
export interface Claim {
  readonly integration: string;
  readonly needs: WorkspaceNeeds;
}

/** Something that stands in the way of the whole setup. */
export interface NeedsProblem {
  /** `person.leadScore` */
  readonly at: string;
  /** What is wrong and how to mend it, for a person who knows Twenty and not Sluice. */
  readonly message: string;
}

/** Who needs it, by integration. */
export type For = { readonly for: readonly string[] };

/** What all integrations need together: each thing once. */
export interface MergedNeeds {
  readonly objects: readonly (Omit<ObjectNeed, 'fields'> & For)[];
  readonly fields: readonly (FieldNeed & For)[];
  readonly options: readonly { readonly object: string; readonly field: string; readonly options: readonly OptionNeed[]; readonly for: readonly string[] }[];
  readonly problems: readonly NeedsProblem[];
}

/** Puts the needs together and finds what cannot be, before anybody asks Twenty. Where labels or descriptions differ, the first counts. */
export function mergeNeeds(claims: readonly Claim[]): MergedNeeds {
  const objects = new Map<string, Omit<ObjectNeed, 'fields'> & For>();
  const fields = new Map<string, FieldNeed & For>();
  const options = new Map<string, MergedNeeds['options'][number]>();
  const problems: NeedsProblem[] = [];

  for (const { integration, needs } of claims) {
    for (const { fields: own = [], ...object } of needs.objects ?? []) {
      const before = objects.get(object.nameSingular);
      problems.push(...(before === undefined ? misnamed(object.nameSingular, [object.nameSingular, object.namePlural]) : objectClash(before, object, integration)));
      objects.set(object.nameSingular, before === undefined ? { ...object, for: [integration] } : { ...before, for: joined(before.for, integration) });
      for (const field of own) addField({ ...field, object: object.nameSingular }, integration);
    }
    for (const field of needs.fields ?? []) addField(field, integration);
    for (const need of needs.options ?? []) {
      const at = `${need.object}.${need.field}`;
      const before = options.get(at);
      problems.push(...optionProblems(at, need.options));
      options.set(at, { ...need, options: unite(before?.options ?? [], need.options), for: joined(before?.for ?? [], integration) });
    }
  }
  return { objects: [...objects.values()], fields: [...fields.values()], options: [...options.values()], problems };

  function addField(field: FieldNeed, integration: string): void {
    const at = `${field.object}.${field.name}`;
    const before = fields.get(at);
    problems.push(...fieldProblems(at, field));
    if (before === undefined) {
      fields.set(at, { ...field, for: [integration] });
      return;
    }
    problems.push(...fieldClash(at, before, field, integration));
    const united = field.options === undefined ? {} : { options: unite(before.options ?? [], field.options) };
    fields.set(at, { ...before, ...united, for: joined(before.for, integration) });
  }
}

/** The options of both, each value once, the first's label and color. */
export function unite(first: readonly OptionNeed[], second: readonly OptionNeed[]): readonly OptionNeed[] {
  return [...first, ...second.filter(({ value }) => !first.some((option) => option.value === value))];
}

const SELECTS: ReadonlySet<string> = new Set(['SELECT', 'MULTI_SELECT']);
const WITH_DEFAULT: ReadonlySet<string> = new Set(['TEXT', 'NUMBER', 'BOOLEAN', 'SELECT', 'MULTI_SELECT']);

/** Twenty's own rules, as far as they are known: names, options, defaults (observed on 2.21). */
function fieldProblems(at: string, field: FieldShape): readonly NeedsProblem[] {
  const wrong = (message: string): NeedsProblem => ({ at, message });
  return [
    ...misnamed(at, [field.name]),
    ...(SELECTS.has(field.type) && (field.options ?? []).length === 0 ? [wrong('A select field needs at least one option: declare its options.')] : []),
    ...(!SELECTS.has(field.type) && field.options !== undefined ? [wrong(`Options belong to SELECT and MULTI_SELECT, not to ${field.type}.`)] : []),
    ...((field.type === 'RELATION') === (field.relation === undefined) ? [wrong('A RELATION, and nothing else, says which object it links to: declare its relation.')] : []),
    ...(field.defaultValue !== undefined && !WITH_DEFAULT.has(field.type) ? [wrong(`A ${field.type} field is declared without a default value.`)] : []),
    ...optionProblems(at, field.options ?? []),
  ];
}

function optionProblems(at: string, options: readonly OptionNeed[]): readonly NeedsProblem[] {
  return options
    .filter(({ value }) => !/^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(value))
    .map(({ value }) => ({ at, message: `The option “${value}” must be written in capitals, digits and single underscores, for example IN_SEQUENCE.` }));
}

function misnamed(at: string, names: readonly string[]): readonly NeedsProblem[] {
  return names
    .filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name))
    .map((name) => ({ at, message: `“${name}” is no name that Twenty takes: a small letter first, then letters and digits only.` }));
}

function objectClash(before: ObjectNeed & For, object: ObjectNeed, integration: string): readonly NeedsProblem[] {
  if (before.namePlural === object.namePlural) return [];
  return [{ at: object.nameSingular, message: `${before.for.join(', ')} and ${integration} name its plural differently: ${before.namePlural} and ${object.namePlural}. Give one of them another object in the configuration.` }];
}

function fieldClash(at: string, before: FieldNeed & For, field: FieldNeed, integration: string): readonly NeedsProblem[] {
  const clash = (first: string, second: string): NeedsProblem => ({
    at, message: `${before.for.join(', ')} needs ${first} here and ${integration} needs ${second}. Give one of them a field of another name in the configuration.`,
  });
  if (before.type !== field.type) return [clash(before.type, field.type)];
  if (before.relation?.to !== field.relation?.to) return [clash(`a link to ${before.relation?.to ?? ''}`, `one to ${field.relation?.to ?? ''}`)];
  const unique = (one: FieldShape): string => (one.isUnique === true ? 'a unique field' : 'one that is not unique');
  return unique(before) === unique(field) ? [] : [clash(unique(before), unique(field))];
}

function joined(before: readonly string[], integration: string): readonly string[] {
  return before.includes(integration) ? before : [...before, integration];
}
