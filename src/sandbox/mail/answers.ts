import type { z } from 'zod';
import type { Answer } from './api.ts';
import { problemOf } from './contract.ts';

/** A refusal as resend.com/docs/api-reference/errors lists them. */
export function refusal(status: number, name: string, message: string): Answer {
  return { status, body: { statusCode: status, message, name } };
}

export const METHOD = refusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.');
export const NOT_FOUND = refusal(404, 'not_found', 'The requested endpoint does not exist.');

export function missing(what: string): Answer {
  return refusal(404, 'not_found', `${what} not found`);
}

export function invalid(error: z.ZodError): Answer {
  const { status, name, message } = problemOf(error);
  return refusal(status, name, message);
}

/** The body as JSON; undefined when it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** A list as Resend pages it: `limit` up to a hundred, `after` an id. */
export function listOf(all: readonly { readonly id: string }[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? '20');
  if (!(limit >= 1 && limit <= 100)) return refusal(422, 'validation_error', 'The pagination limit must be a number between 1 and 100.');
  const after = query.get('after');
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) return refusal(422, 'validation_error', 'The `after` cursor does not exist.');
  return { status: 200, body: { object: 'list', has_more: start + limit < all.length, data: all.slice(start, start + limit) } };
}
