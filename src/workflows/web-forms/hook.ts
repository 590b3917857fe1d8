import { createHash } from 'node:crypto';
import type { Hook, HookReading, HookRequest } from '../../config/use-case.ts';
import { refused } from '../../connectors/form-source.ts';
import type { FormSubmission } from '../../domain/form-submission.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import type { RawLead } from './contract.ts';
import { formFieldOf, rawLead } from './mapping.ts';
import { sourceFor } from './normalise-lead.ts';
import type { WebFormsSettings } from './settings.ts';

/** Without an id of the form tool, the same content again within this time is a repeat. */
const REPEAT_WINDOW_MS = 10 * 60 * 1000;

/** The names under which a browser posts the captcha's answer. */
const CAPTCHA_FIELDS = { turnstile: 'cf-turnstile-response', hcaptcha: 'h-captcha-response' } as const;

/** How `POST /hooks/{integration}` is checked and read for a form. */
export function webFormsHook(settings: WebFormsSettings): Hook {
  const { source, allowedOrigins, thankYouUrl, perAddressPerMinute, captcha } = settings;
  return {
    verification: source[0]!.verification,
    contentTypes: [...new Set(source.flatMap((one) => one.contentTypes))],
    maxBodyBytes: Math.max(...source.map((one) => one.maxBodyBytes)),
    allowedOrigins,
    thankYouUrl,
    perAddressPerMinute,
    captcha,
    read: (request) => readHook(request, settings),
  };
}

async function readHook(request: HookRequest, settings: WebFormsSettings): Promise<HookReading> {
  const source = sourceFor(settings.source, request.contentType);
  if (source === undefined) return refused('content-type', `This form does not take ${request.contentType || 'a body without Content-Type'}.`, 415);
  const reading = await source.read(request);
  if (reading.kind !== 'submission') return reading;
  const { submission } = reading;
  const raw = await tryMapping(submission, settings);
  const missing = settings.required.find((target) => raw !== undefined && isMissing(raw, target));
  const spam = isFilled(submission, settings.honeypot);
  if (missing !== undefined && !spam) return refused(formFieldOf(missing, settings.mapping), 'Please fill in this field.', 422);
  const email = normaliseEmail(raw?.email ?? '');
  const content = contentHash(submission, settings);
  return {
    kind: 'event',
    dedupe: submission.id === undefined ? { key: `content:${content}`, windowMs: REPEAT_WINDOW_MS } : { key: idKey(submission.id) },
    laneKey: email.ok ? email.email : `content:${content}`,
    ...(spam ? { outcome: { state: 'skipped', code: 'spam', reason: 'A field that people do not see was filled in, so a machine sent this form.' } as const } : {}),
    ...captchaToken(submission, settings),
  };
}

/** Ids are short and plain; one that is not is kept by its hash, for an index takes no text of any length. */
function idKey(id: string): string {
  return /^[\x20-\x7e]{1,200}$/.test(id) ? `id:${id}` : `id-hash:${createHash('sha256').update(id.toWellFormed()).digest('hex')}`;
}

/** A mapping that fails is no reason to turn the sender away: the run will say what is wrong with it. */
async function tryMapping(submission: FormSubmission, settings: WebFormsSettings): Promise<RawLead | undefined> {
  try {
    return await rawLead(submission, settings.mapping);
  } catch {
    return undefined;
  }
}

function isMissing(raw: RawLead, target: WebFormsSettings['required'][number]): boolean {
  if (target === 'email') return !normaliseEmail(raw.email ?? '').ok;
  const text = target === 'name' ? `${raw.name ?? ''}${raw.firstName ?? ''}${raw.lastName ?? ''}` : (raw[target] ?? '');
  return text.trim() === '';
}

function isFilled(submission: FormSubmission, field: string | undefined): boolean {
  const value = field === undefined ? undefined : submission.fields[field];
  return value !== undefined && (typeof value === 'string' ? value : value.join('')).trim() !== '';
}

function captchaToken(submission: FormSubmission, settings: WebFormsSettings): { readonly captchaToken?: string } {
  const value = settings.captcha === undefined ? undefined : submission.fields[CAPTCHA_FIELDS[settings.captcha.provider]];
  const token = typeof value === 'string' ? value : value?.[0];
  return token === undefined || token === '' ? {} : { captchaToken: token };
}

/** The same answers give the same hash, whatever their order, boundary or captcha. */
function contentHash(submission: FormSubmission, settings: WebFormsSettings): string {
  const captcha = settings.captcha === undefined ? [] : [CAPTCHA_FIELDS[settings.captcha.provider], 'g-recaptcha-response'];
  const fields = Object.keys(submission.fields)
    .filter((name) => !captcha.includes(name))
    .sort()
    .map((name) => [name, submission.fields[name]]);
  const files = submission.files.map(({ field, name, url }) => [field, name, url]);
  return createHash('sha256').update(JSON.stringify([submission.formId, fields, files])).digest('hex');
}
