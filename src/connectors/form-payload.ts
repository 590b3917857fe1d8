import { z } from 'zod';
import { refused, type FormRefusal } from './form-source.ts';

/** Reads a tool's payload by its schema, or refuses with the path of what does not fit. */
export function readPayload<T>(schema: z.ZodType<T>, payload: unknown, tool: string): { readonly payload: T } | FormRefusal {
  const read = schema.safeParse(payload);
  if (read.success) return { payload: read.data };
  const issue = read.error.issues[0]!;
  const path = issue.path.join('.');
  return refused(path === '' ? 'body' : path, `This is not what ${tool} sends: ${issue.message}.`);
}

/** Ids come as text or number; empty ones are none. */
export const idText = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => (id === null || id === undefined || String(id).trim() === '' ? undefined : String(id).trim()));

/** An instant as ISO 8601; anything else is left out, for it is only told, never reckoned with. */
export const instant = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined));

export const optionalText = z.string().nullish().transform((text) => text ?? undefined);

/** A name for a file out of its address. */
export function fileNameOf(url: string): string {
  const last = URL.parse(url)?.pathname.split('/').filter(Boolean).at(-1) ?? 'file';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

export function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}
