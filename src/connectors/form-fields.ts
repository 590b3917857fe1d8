import type { FormFile, FormSubmission } from '../domain/form-submission.ts';

/** More names or deeper nesting than any form has: somebody is trying something. */
export const MAX_FIELDS = 500;

type Fields = Record<string, string | readonly string[]>;

/**
 * Gathers a form's answers. Has no prototype, so a field called `constructor` or `__proto__` is a field like any other, and
 * drops what neither Postgres nor Twenty can store (NUL characters, halves of surrogate pairs).
 */
export class FormFields {
  readonly #fields = Object.create(null) as Fields;
  readonly #files: FormFile[] = [];
  #count = 0;

  /** A posted value; a name that comes again makes a list. */
  append(name: string, value: string): void {
    const key = storable(name);
    const before = this.#fields[key];
    this.#count += 1;
    this.#fields[key] = before === undefined ? storable(value) : [...(typeof before === 'string' ? [before] : before), storable(value)];
  }

  /** One answer under all the names a mapping may use for it; a name already taken keeps its first answer. */
  alias(names: readonly (string | undefined | null)[], value: string | readonly string[]): void {
    const clean = typeof value === 'string' ? storable(value) : value.map(storable);
    this.#count += 1;
    for (const name of names) {
      const key = storable(name ?? '').trim();
      if (key !== '' && this.#fields[key] === undefined) this.#fields[key] = clean;
    }
  }

  file(file: FormFile): void {
    this.#files.push(file);
  }

  get tooMany(): boolean {
    return this.#count > MAX_FIELDS;
  }

  get(name: string): string | undefined {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : value?.[0];
  }

  submission(rest: Omit<FormSubmission, 'fields' | 'files'> = {}): FormSubmission {
    return { ...rest, fields: this.#fields, files: this.#files };
  }
}

/** Numbers, booleans and null as a form would post them; undefined for anything that is not one value. */
export function scalarText(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return undefined;
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
