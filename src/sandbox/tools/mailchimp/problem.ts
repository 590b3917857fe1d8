import type { z } from 'zod';
import type { ToolAnswer } from '../stand-in.ts';

/** application/problem+json, as every refusal comes. */
export function problem(status: number, title: string, detail: string, errors?: readonly unknown[]): ToolAnswer {
  const body = { type: 'https://mailchimp.com/developer/marketing/docs/errors/', title, status, detail, instance: '9d741ebc-c22a-4e34-af47-5463c4f5cd25', ...(errors === undefined ? {} : { errors }) };
  return { status, type: 'application/problem+json; charset=utf-8', body };
}

export const NOT_FOUND = problem(404, 'Resource Not Found', 'The requested resource could not be found.');

export function invalid(error: z.ZodError): ToolAnswer {
  const errors = error.issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message }));
  return problem(400, 'Invalid Resource', "The resource submitted could not be validated. For field-specific details, see the 'errors' array.", errors);
}
