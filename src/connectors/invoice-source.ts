import type { z } from 'zod';
import { problemsIn } from '../config/problems.ts';
import type { InvoiceNewsSource } from './invoicing.ts';

/** Builds a source of news from settings as a person wrote them; wrong settings are kept as problems for the configuration to report. */
export function newsSource<S>(name: string, schema: z.ZodType<S>, input: unknown, build: (settings: S) => Pick<InvoiceNewsSource, 'verification' | 'read'>): InvoiceNewsSource {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return { name, problems: [], ...build(parsed.data) };
  return {
    name, problems: problemsIn(schema, input ?? {}), verification: { scheme: 'none' },
    read: () => ({ kind: 'refused', path: '', problem: `The webhook ${name} is not configured.` }),
  };
}
