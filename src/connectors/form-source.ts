import type { z } from 'zod';
import { problemsIn, type ConfigProblem } from '../config/problems.ts';
import type { HookRequest, Verification } from '../config/use-case.ts';
import type { FormSubmission } from '../domain/form-submission.ts';

/** Where forms come from: how a delivery of the tool is checked, limited and read. One folder in `connectors/` each. */
export interface FormSource {
  readonly name: string;
  readonly verification: Verification;
  /** Media types the tool sends. */
  readonly contentTypes: readonly string[];
  readonly maxBodyBytes: number;
  /** What is wrong with its settings, with paths inside the source. */
  readonly problems: readonly ConfigProblem[];
  /** Pure: the same request gives the same reading, at the door and again in a run. */
  read(request: HookRequest): FormReading | Promise<FormReading>;
}

export type FormReading =
  | { readonly kind: 'submission'; readonly submission: FormSubmission }
  /** A test call or a handshake of the tool: answered, never stored. */
  | { readonly kind: 'answer'; readonly status: 200; readonly body: unknown }
  | FormRefusal;

export interface FormRefusal {
  readonly kind: 'refused';
  readonly status: 400 | 403 | 415 | 422;
  readonly path: string;
  readonly problem: string;
}

export function refused(path: string, problem: string, status: FormRefusal['status'] = 400): FormRefusal {
  return { kind: 'refused', status, path, problem };
}

/** Builds a source from settings as a person wrote them; wrong settings are kept as problems for the configuration to report. */
export function formSource<S>(
  name: string,
  schema: z.ZodType<S>,
  input: unknown,
  build: (settings: S) => Omit<FormSource, 'name' | 'problems'>,
): FormSource {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return { name, problems: [], ...build(parsed.data) };
  return {
    name,
    problems: problemsIn(schema, input ?? {}),
    verification: { scheme: 'none' },
    contentTypes: [],
    maxBodyBytes: 0,
    read: () => refused('', `The form source ${name} is not configured.`),
  };
}
