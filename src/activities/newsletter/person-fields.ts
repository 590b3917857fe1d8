import type { NewsletterSettings } from '../../workflows/newsletter/settings.ts';

/** An object of the workspace as its schema is read. */
interface Described {
  readonly nameSingular: string;
  readonly fields?: readonly { readonly name: string; readonly type: string; readonly isActive: boolean; readonly options?: readonly { readonly value: string }[] | null | undefined }[] | undefined;
}

/** Values of these are plain; of others Twenty answers only parts. */
const PLAIN = new Set(['TEXT', 'NUMBER', 'NUMERIC', 'BOOLEAN', 'SELECT', 'MULTI_SELECT', 'RATING', 'DATE', 'DATE_TIME', 'UUID', 'ARRAY']);

/**
 * What is wrong with the person's fields that the settings name, in words. Twenty answers null for a field that it does not have: a mistyped
 * opt-out field would let everybody through.
 */
export function fieldProblem(objects: readonly Described[], { optOut, fields }: NewsletterSettings): string | undefined {
  const known = new Map((objects.find(({ nameSingular }) => nameSingular === 'person')?.fields ?? []).filter(({ isActive }) => isActive).map((field) => [field.name, field]));
  const missing = [optOut.field, ...Object.values(fields)].filter((name) => !known.has(name));
  if (missing.length > 0) return `Twenty's people have no field ${[...new Set(missing)].join(', ')}. Run sluice setup, or name another field; nobody was added.`;
  const { type, options } = known.get(optOut.field)!;
  if (optOut.values === undefined && type !== 'BOOLEAN') return `The field ${optOut.field} is no yes/no field (${type}): name the values that mean no in optOut.values. Nobody was added.`;
  if (optOut.values !== undefined && type !== 'SELECT' && type !== 'MULTI_SELECT') return `The field ${optOut.field} is no select field (${type}): leave optOut.values out. Nobody was added.`;
  const strange = (optOut.values ?? []).filter((value) => options?.some((option) => option.value === value) !== true);
  if (strange.length > 0) return `The field ${optOut.field} has no option ${strange.join(', ')}. Write the options under their API names; nobody was added.`;
  const composite = Object.values(fields).filter((name) => !PLAIN.has(known.get(name)!.type));
  return composite.length === 0 ? undefined : `The field ${composite.join(', ')} holds no plain value and cannot be put on a list. Nobody was added.`;
}
