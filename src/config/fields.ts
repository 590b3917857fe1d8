import { z } from 'zod';
import type { SecretRef } from './secret.ts';

/** The pieces that settings are made of; each says what to write when it is wrong. */

export function text(example: string): z.ZodString {
  return z.string({ error: wants(`a text, for example ${quote(example)}`) }).min(1, { error: `Is empty. Write a text, for example ${quote(example)}.` });
}

export function emailAddress(): z.ZodType<string, string> {
  const error = wants("an e-mail address, for example 'sales@acme.example' or 'Sales <sales@acme.example>'");
  return z.string({ error }).refine((value) => /^(?:[^<>]*<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)$/.test(value.trim()), { error });
}

/** One address or several, always read as a list. */
export function emailAddresses(): z.ZodType<readonly string[], string | readonly string[]> {
  return oneOrMany(emailAddress(), "Write one e-mail address or a list of them, for example ['sales@acme.example'].");
}

/** One of a thing or a list of them, always read as a list; a problem with a single one is reported without an index. */
export function oneOrMany<T>(item: z.ZodType<T, T>, remedy: string): z.ZodType<readonly T[], T | readonly T[]> {
  return z
    .custom<T | readonly T[]>((value) => value !== undefined, { error: `Is missing. ${remedy}` })
    .superRefine((value, context) => {
      if (Array.isArray(value) && value.length === 0) context.addIssue({ code: 'custom', message: `The list is empty. ${remedy}` });
      listOf(value).forEach((one, i) => {
        for (const issue of item.safeParse(one).error?.issues ?? []) {
          context.addIssue({ code: 'custom', path: [...(Array.isArray(value) ? [i] : []), ...issue.path], message: issue.message });
        }
      });
    })
    .transform((value) => listOf(value)) as unknown as z.ZodType<readonly T[], T | readonly T[]>;
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** An absolute http or https address; whether http is allowed is decided with `allowInsecure`. */
export function webAddress(example: string): z.ZodType<string, string> {
  const error = wants(`a web address, for example ${quote(example)}`);
  return z.string({ error }).refine((value) => ['http:', 'https:'].includes(URL.parse(value)?.protocol ?? ''), { error });
}

export function origin(): z.ZodType<string, string> {
  const error = "Write an origin without a path, for example 'https://www.acme.example'.";
  return z.string({ error }).refine((value) => URL.parse(value)?.origin === value && value !== 'null', { error });
}

export function secretRef(example: string): z.ZodType<SecretRef, SecretRef> {
  return z.custom<SecretRef>(isSecretRef, { error: wants(`secret('${example}'), never the value itself`) });
}

export function secretRefs(example: string): z.ZodType<readonly SecretRef[], SecretRef | readonly SecretRef[]> {
  return oneOrMany(secretRef(example), `Write secret('${example}'), or a list of them while a secret is being changed.`);
}

export function timeZone(): z.ZodType<string, string> {
  const error = wants("a time zone by its IANA name, for example 'Europe/Berlin'");
  return z.string({ error }).refine(isTimeZone, { error });
}

/** A field of a Twenty record under its name in the API. */
export function apiName(example: string): z.ZodType<string, string> {
  const error = `Write the field under its API name in Twenty, for example '${example}'.`;
  return z.string({ error }).regex(/^[a-z][A-Za-z0-9]*$/, { error });
}

/** A time by the clock in five fields: minute, hour, day of the month, month, day of the week. */
export function cron(example: string, inWords: string): z.ZodType<string, string> {
  return z
    .string({ error: `Write a time such as '${example}' (${inWords}).` })
    .regex(/^\S+(\s+\S+){4}$/, { error: `Write five fields, for example '${example}' (${inWords}).` });
}

export function country(): z.ZodType<string, string> {
  return z.string({ error: wants("a country by two letters, for example 'DE'") }).regex(/^[A-Z]{2}$/, { error: "Write a country by two capital letters, for example 'DE'." });
}

export function day(): z.ZodType<string, string> {
  const error = "Write a day as year-month-day, for example '2026-12-25'.";
  return z.iso.date({ error });
}

export function wholeNumber(atLeast: number, atMost: number): z.ZodType<number, number> {
  const error = `Write a whole number from ${atLeast} to ${atMost}.`;
  return z.number({ error }).int({ error }).min(atLeast, { error }).max(atMost, { error });
}

export function yesNo(): z.ZodBoolean {
  return z.boolean({ error: wants('true or false') });
}

export function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T, T> {
  return z.enum(values as unknown as [T, ...T[]], { error: wants(values.map(quote).join(' or ')) }) as unknown as z.ZodType<T, T>;
}

export function code<F extends (...args: never[]) => unknown>(example: string): z.ZodType<F, F> {
  return z.custom<F>((value) => typeof value === 'function', { error: wants(`a function, for example ${example}`) });
}

/** An object whose keys are all known. */
export function settings<S extends z.ZodRawShape>(shape: S, remedy = 'Write an object in braces.'): z.ZodObject<S, z.core.$strict> {
  return z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? missingOr(issue.input, remedy) : undefined) });
}

/** “Is missing. Write …” or “Write …”, whichever fits what is there. */
export function wants(what: string, whole = false): (issue: { readonly input?: unknown }) => string {
  return (issue) => missingOr(issue.input, whole ? what : `Write ${what}.`);
}

function missingOr(input: unknown, remedy: string): string {
  return input === undefined ? `Is missing. ${remedy}` : remedy;
}

function isSecretRef(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const ref = value as Partial<SecretRef>;
  return ref.kind === 'secret' && typeof ref.name === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(ref.name);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function quote(value: string): string {
  return `'${value}'`;
}
