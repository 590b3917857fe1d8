import type { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { ToolCall } from '../tool.ts';
import type { GuardedResend } from './guarded.ts';

export const SERVICE = 'resend';

/** Makes one request with Resend's own client once its turn has come. */
export type AskResend = (call: ToolCall, ask: (resend: GuardedResend, options: { readonly signal?: AbortSignal }) => Promise<{ readonly data: unknown }>) => Promise<unknown>;

/** Resend's client checks no answer. */
export function read<T>(shape: z.ZodType<T>, data: unknown, what: string): T {
  const found = shape.safeParse(data);
  if (found.success) return found.data;
  throw new ConnectorError(SERVICE, 'malformed', `resend: the answer about ${what} is not as expected (${found.error.issues[0]?.path.map(String).join('.') ?? ''})`, { cause: found.error, outcomeUnknown: true });
}
