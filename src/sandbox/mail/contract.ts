import { z } from 'zod';

const ADDRESS = /^(?:[^<>\r\n]*<[^\s<>@,]+@[^\s<>@,]+\.[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+\.[^\s<>@,]+)$/;
const address = (name: string) =>
  z.string({ error: `Invalid \`${name}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.` }).regex(ADDRESS, {
    error: `Invalid \`${name}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`,
  });
const addresses = (name: string, max: number) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(address(name), { error: required(name) }).min(1, { error: `Missing \`${name}\` field.` }).max(max, { error: `The \`${name}\` field must not exceed ${max} addresses.` }));
const required = (name: string) => (issue: { readonly input?: unknown }) => (issue.input === undefined ? `Missing \`${name}\` field.` : `Invalid \`${name}\` field.`);

/** `POST /emails` as resend.com/docs/api-reference/emails/send-email describes it. Unknown fields are refused, so that slips show. */
export type SendRequest = z.infer<typeof SendRequest>;
export const SendRequest = z
  .strictObject({
    from: z.string({ error: required('from') }).pipe(address('from')),
    to: addresses('to', 50),
    subject: z.string({ error: required('subject') }).refine((subject) => !/[\r\n]/.test(subject), { error: 'The `\\n` is not allowed in the `subject` field.' }),
    html: z.string().optional(),
    text: z.string().optional(),
    cc: addresses('cc', 50).optional(),
    bcc: addresses('bcc', 50).optional(),
    reply_to: addresses('reply_to', 50).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tags: z.array(z.strictObject({ name: tagText('name'), value: tagText('value') })).optional(),
    scheduled_at: z.string().optional(),
  })
  .refine((mail) => mail.html !== undefined || mail.text !== undefined, { error: 'Missing `html` or `text` field.' });

/** Which of Resend's errors a misfit is. */
export function problemOf(error: z.ZodError): { readonly status: number; readonly name: string; readonly message: string } {
  const issue = error.issues[0];
  const message = issue?.message ?? 'We found an error with one or more fields in the request.';
  if (message.startsWith('Missing')) return { status: 422, name: 'missing_required_field', message };
  if (issue?.path[0] === 'from') return { status: 422, name: 'invalid_from_address', message };
  return { status: 422, name: 'validation_error', message };
}

function tagText(what: string) {
  const error = `Tags should only contain ASCII letters, numbers, underscores, or dashes (${what}).`;
  return z.string({ error }).regex(/^[A-Za-z0-9_-]{1,256}$/, { error });
}
