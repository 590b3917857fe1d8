import { createHash } from 'node:crypto';
import type { z } from 'zod';
import * as field from '../config/fields.ts';
import { problemsIn } from '../config/problems.ts';
import type { SecretRef } from '../config/secret.ts';
import type { HookRequest, Verification } from '../config/use-case.ts';
import { refused, type FormRefusal } from './form-source.ts';
import type { MeetingNews, RecorderSource } from './recorder.ts';

/** What the source of every recorder takes. */
export interface RecorderSourceInput {
  /** What the recorder signs its webhooks with; a list while it is being changed. */
  readonly secret?: SecretRef | readonly SecretRef[];
  /** Anybody may post: say so in so many words. */
  readonly unauthenticated?: true;
  /** The connection that is asked for what a webhook does not bring. */
  readonly connection?: string;
}

/** The settings that sources share; spread into a source's own. `secret` is the name of its secret. */
export function sourceShape(secret: string) {
  return { secret: field.secretRefs(secret).optional(), unauthenticated: field.yesNo().optional() };
}

interface Secured {
  readonly secret?: readonly SecretRef[];
  readonly unauthenticated?: boolean;
}

/** Refuses settings that leave the door open without saying so, or that say both. */
export function secured<S extends z.ZodType<Secured>>(schema: S, secret: string): S {
  return schema.superRefine((value, context) => {
    const { secret: given, unauthenticated } = value as Secured;
    if (given === undefined && unauthenticated !== true) {
      context.addIssue({ code: 'custom', path: ['secret'], message: `Is missing. Write secret('${secret}'), or unauthenticated: true if anybody may post meetings here.` });
    }
    if (given !== undefined && unauthenticated === true) {
      context.addIssue({ code: 'custom', path: ['unauthenticated'], message: 'A source with a secret is not open to anybody: leave one of the two out.' });
    }
  });
}

/** The gateway's check by one of its schemes. */
export function checkedBy(scheme: string, { secret }: Secured, options?: Readonly<Record<string, string>>): Verification {
  return secret === undefined ? { scheme: 'none' } : { scheme, secrets: secret, ...(options === undefined ? {} : { options }) };
}

/** Builds a source from settings as a person wrote them; wrong settings are kept as problems for the configuration to report. */
export function recorderSource<S>(
  name: string, schema: z.ZodType<S>, input: unknown, build: (settings: S) => Omit<RecorderSource, 'name' | 'problems' | 'contentTypes' | 'maxBodyBytes'> & Partial<RecorderSource>,
): RecorderSource {
  const common = { name, contentTypes: ['application/json'], maxBodyBytes: MAX_BODY_BYTES, problems: [] };
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return { ...common, ...build(parsed.data) };
  const read = (): FormRefusal => refused('', `The source ${name} is not configured.`);
  return { ...common, problems: problemsIn(schema, input ?? {}), verification: { scheme: 'none' }, read };
}

/** A transcript of a long day is some megabytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Ids go into keys and lanes: short and plain, or the webhook is refused. */
export function idProblem(id: string, path: string): FormRefusal | undefined {
  return /^[\x21-\x7e]{1,200}$/.test(id) ? undefined : refused(path, 'The id of the meeting is not a short plain text.');
}

/** News by the delivery's own id where the sender gives one (standardwebhooks.com, docs.svix.com), else by what it says. */
export function dedupeOf({ headers, body }: HookRequest): MeetingNews['dedupe'] {
  const id = headers['webhook-id'] ?? headers['svix-id'] ?? '';
  if (/^[\x21-\x7e]{1,200}$/.test(id)) return { key: `delivery:${id}` };
  return { key: `content:${createHash('sha256').update(body).digest('hex')}`, windowMs: REPEAT_WINDOW_MS };
}

/** The same words again within this time are a repeat. */
export const REPEAT_WINDOW_MS = 10 * 60 * 1000;
