/** Fields as they are sent. */
export type Fields = Readonly<Record<string, unknown>>;

/** A contact as the API shows it. */
export interface StoredRecord extends Fields {
  readonly id: string;
  readonly email: string | null;
  readonly name: { readonly first: string | null; readonly last: string | null };
  readonly job_title: string | null;
  readonly score: number | null;
  readonly address: { readonly city: string | null; readonly country: string | null };
  readonly merged_into: string | null;
  readonly version: number;
  readonly etag: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const text = (value: unknown): boolean => value === null || (typeof value === 'string' && value.length <= 200);
const parts = (...names: readonly string[]) => (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.entries(value).every(([name, one]) => names.includes(name) && text(one));

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  email: (value) => value === null || (typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim())),
  name: parts('first', 'last'),
  job_title: text,
  score: (value) => value === null || (typeof value === 'number' && Number.isFinite(value)),
  address: parts('city', 'country'),
};
const READ_ONLY = ['id', 'version', 'etag', 'created_at', 'updated_at', 'merged_into'];

/** Why fields are not taken; undefined when they are. */
export function problemWith(fields: Fields, before: StoredRecord | undefined): { readonly code: string; readonly message: string; readonly field: string } | undefined {
  for (const [field, value] of Object.entries(fields)) {
    if (READ_ONLY.includes(field)) return { code: 'read_only', message: `${field} cannot be written`, field };
    if (!Object.hasOwn(FIELDS, field)) return { code: 'unknown_field', message: `${field} is not a field of contacts`, field };
    if (!FIELDS[field]!(value)) return { code: `bad_${field}`, message: `${field} is not valid`, field };
  }
  if (before === undefined && typeof fields['email'] !== 'string') return { code: 'bad_email', message: 'email is required', field: 'email' };
  return undefined;
}

/** As the API keeps them: addresses in lower case, texts without blanks around, nothing for empty texts. */
export function tidied(fields: Fields): Fields {
  const tidy = (value: unknown): unknown => {
    if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? null;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, tidy(one)]));
  };
  const kept = tidy(fields) as Fields;
  return typeof kept['email'] === 'string' ? { ...kept, email: kept['email'].toLowerCase() } : kept;
}

/** With everything in its place that was not sent. */
export function dated(fields: Fields & Pick<StoredRecord, 'id' | 'version' | 'etag' | 'created_at' | 'updated_at'>): StoredRecord {
  const { name, address, ...rest } = fields as Fields;
  return {
    email: null, job_title: null, score: null, merged_into: null, ...rest,
    name: { first: null, last: null, ...(name as object | undefined) }, address: { city: null, country: null, ...(address as object | undefined) },
  } as unknown as StoredRecord;
}
