import type { z } from 'zod';
import { secretRefs, yesNo } from '../config/fields.ts';
import { problemsIn, type ConfigProblem } from '../config/problems.ts';
import type { SecretRef } from '../config/secret.ts';
import type { HookRequest, Verification } from '../config/use-case.ts';
import type { FormRefusal } from './form-source.ts';

/** What a sequence tool tells of a lead. */
export type SequenceNewsKind = 'contacted' | 'opened' | 'clicked' | 'finished' | 'bounced' | 'replied' | 'unsubscribed';

/** One piece of news. At least one of `email` and `leadId` is there. */
export interface SequenceNews {
  readonly kind: SequenceNewsKind;
  /** The tool's own id of the lead. */
  readonly leadId?: string;
  /** Lower case. */
  readonly email?: string;
  /** The tool's own id of the sequence; absent where the tool does not say. */
  readonly sequence?: string;
  readonly sequenceName?: string;
  /** ISO 8601 instant. */
  readonly at?: string;
}

export type NewsReading =
  | {
      readonly kind: 'news';
      readonly news: readonly SequenceNews[];
      /** The tool's id of this call; without one a repeat is known by what it says. */
      readonly id?: string;
      /** The body as it may be kept, where the tool repeats its secret in it. */
      readonly keep?: Uint8Array;
    }
  /** News about something else: acknowledged, so that the tool does not send it again, and never stored. */
  | { readonly kind: 'answer'; readonly status: 200; readonly body: unknown }
  | FormRefusal;

/** Where news of a sequence tool comes from: how a call is checked and read. */
export interface NewsSource {
  readonly name: string;
  readonly verification: Verification;
  /** What is wrong with its settings. */
  readonly problems: readonly ConfigProblem[];
  /** Pure: the same request gives the same reading, at the door and again in a run. */
  read(request: Pick<HookRequest, 'body' | 'headers'>): NewsReading;
}

/** How a tool shows that news is its own. */
export interface NewsSecurity {
  /** What the tool was given for this webhook; a list while it is being changed. */
  readonly secret?: SecretRef | readonly SecretRef[];
  /** Anybody who knows the address may post: say so in so many words. */
  readonly unauthenticated?: true;
}

export const newsSecurity = { secret: secretRefs('SEQUENCE_WEBHOOK_SECRET').optional(), unauthenticated: yesNo().optional() };

/** Refuses settings that leave the door open without saying so, or that say both. */
export function newsSecured<S extends z.ZodType<{ readonly secret?: readonly SecretRef[]; readonly unauthenticated?: boolean }>>(schema: S): S {
  return schema.superRefine((value, context) => {
    const { secret, unauthenticated } = value as { readonly secret?: unknown; readonly unauthenticated?: boolean };
    if (secret === undefined && unauthenticated !== true) {
      context.addIssue({ code: 'custom', path: ['secret'], message: "Is missing. Write secret('SEQUENCE_WEBHOOK_SECRET'), or unauthenticated: true if anybody who knows the address may post." });
    }
    if (secret !== undefined && unauthenticated === true) {
      context.addIssue({ code: 'custom', path: ['unauthenticated'], message: 'A webhook with a secret is not open to anybody: leave one of the two out.' });
    }
  });
}

/** Builds a source from settings as a person wrote them; wrong ones are kept as problems for the configuration to report. */
export function newsSource<S extends { readonly secret?: readonly SecretRef[] | undefined }>(
  name: string, schema: z.ZodType<S>, input: unknown, build: (settings: S) => { readonly scheme: string; readonly options?: Readonly<Record<string, string>>; readonly read: NewsSource['read'] },
): NewsSource {
  const parsed = schema.safeParse(input ?? {});
  if (!parsed.success) {
    const refused = { kind: 'refused', status: 400, path: '', problem: `The webhook of ${name} is not configured.` } as const;
    return { name, problems: problemsIn(schema, input ?? {}), verification: { scheme: 'none' }, read: () => refused };
  }
  const { scheme, options, read } = build(parsed.data);
  const { secret: secrets } = parsed.data;
  const verification: Verification = secrets === undefined ? { scheme: 'none' } : { scheme, secrets, ...(options === undefined ? {} : { options }) };
  return { name, problems: [], verification, read };
}
