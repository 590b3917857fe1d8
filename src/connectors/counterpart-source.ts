import type { z } from 'zod';
import { problemsIn, type ConfigProblem } from '../config/problems.ts';
import type { HookRequest, Verification } from '../config/use-case.ts';
import type { CounterpartObject } from './counterpart.ts';

/** What a webhook of the other side says. */
export type CounterpartReading =
  | {
      readonly kind: 'changed';
      /** Records to look at, each once, the one that stays of a merge first. None: something changed, and what it was has to be asked. */
      readonly ids: readonly string[];
      /** The same whenever the tool sends the same news again. */
      readonly key: string;
      /** The same key counts as a repeat only within this time; for ever when left out. Milliseconds. */
      readonly windowMs?: number;
    }
  /** About something else: acknowledged, so that the tool does not send it again, and never stored. */
  | { readonly kind: 'ignored'; readonly what: string }
  | { readonly kind: 'refused'; readonly path: string; readonly problem: string };

/** How the webhooks of a tool in the role `counterpart` are checked and read: what `hubspotWebhooks({...})` returns. They are hints, whatever else they say. */
export interface CounterpartSource {
  readonly name: string;
  /** What is wrong with its settings, with paths inside the source. */
  readonly problems: readonly ConfigProblem[];
  readonly verification: Verification;
  /** Media types the tool sends. */
  readonly contentTypes: readonly string[];
  readonly maxBodyBytes: number;
  /** Pure. `object` is what is kept in step; news of other objects, and of fields that are not in it, are ignored. */
  read(request: HookRequest, object: CounterpartObject): CounterpartReading;
  /** The edits that a webhook which was accepted tells value by value, for a tool whose webhooks do: what a write without a condition covered. */
  edits?(body: Uint8Array): readonly ToldEdit[];
}

/** A field of a record, the value that it got, and when, in milliseconds since 1970. */
export interface ToldEdit {
  readonly id: string;
  readonly field: string;
  readonly value: string;
  readonly atMs: number;
}

/** Builds a source from settings as a person wrote them; wrong settings are kept as problems for the configuration to report. */
export function counterpartSource<S>(
  name: string, schema: z.ZodType<S>, input: unknown, build: (settings: S) => Pick<CounterpartSource, 'verification' | 'read'> & Partial<CounterpartSource>,
): CounterpartSource {
  const common = { name, contentTypes: ['application/json'], maxBodyBytes: MAX_BODY_BYTES, problems: [] };
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return { ...common, ...build(parsed.data) };
  return {
    ...common, problems: problemsIn(schema, input ?? {}), verification: { scheme: 'none' },
    read: () => ({ kind: 'refused', path: '', problem: `The webhooks of ${name} are not configured.` }),
  };
}

/** Some tools send the changed values along, of many records at once. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
