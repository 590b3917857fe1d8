import { z } from '@hono/zod-openapi';
import { STATUS_CODES } from 'node:http';

export const errorBody = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'Stable, to branch on', example: 'signature_invalid' }),
      message: z.string().openapi({ description: 'What happened, in words' }),
      path: z.string().optional().openapi({ description: 'Where in the request', example: 'body.fields.email' }),
      remedy: z.string().openapi({ description: 'What to do about it' }),
    }),
  })
  .openapi('Error');

export const acceptedBody = z
  .object({
    eventId: z.string().openapi({ description: 'Of the event as it was first stored; see GET /events/{id}' }),
    repeat: z.boolean().openapi({ description: 'True when the event was already there' }),
  })
  .openapi('Accepted');

export const droppedBody = z.object({ dropped: z.literal(true) }).openapi('Dropped');

export const bearerSecurity = [{ apiToken: [] }];

export const documentInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Sluice gateway',
    version: '1',
    description: 'What comes in is stored durably, once, before it is acknowledged; what happened to it can be read and steered here.',
  },
};

export function jsonResponse<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}

export function acceptedResponses(note: string, other?: z.ZodType) {
  return {
    202: jsonResponse('New, and durably stored', acceptedBody),
    200: jsonResponse(`A repeat, with the id of the first. ${note}`, other === undefined ? acceptedBody : z.union([acceptedBody, other])),
  };
}

/** Refusals share one shape; 429 and 503 say with Retry-After when to come back. */
export function refusals(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        ...jsonResponse(STATUS_CODES[status] ?? 'Refused', errorBody),
        ...(status === 429 || status === 503 ? { headers: { 'Retry-After': { schema: { type: 'integer' as const }, description: 'Seconds' } } } : {}),
      },
    ]),
  );
}
