import { normaliseEmail } from '../../normalise/email.ts';
import { normaliseLink, normaliseLinkedin } from '../../normalise/link.ts';
import { normaliseName } from '../../normalise/person-name.ts';
import { normalisePhone } from '../../normalise/phone.ts';
import { companyDomainOf } from '../../normalise/web-domain.ts';
import { microsOf, readNumber } from './money.ts';

interface ConvertOptions {
  readonly country?: string | undefined;
  readonly decimal: '.' | ',';
  readonly currency?: string | undefined;
}

/** A value under a field of Twenty, `emails` and its part; or why it is none. */
type Converted =
  | { readonly ok: true; readonly field: string; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** A column's value in the shape in which Twenty takes the field; `path` is a field or one part of it. Never given a blank. */
export function convert(object: string, path: string, value: unknown, options: ConvertOptions): Converted {
  const [field = '', part] = path.split('.') as [string, string | undefined];
  const text = typeof value === 'string' ? value.trim() : value instanceof Date ? value.toISOString() : value;
  const there = (made: unknown): Converted => ({ ok: true, field, value: made });
  if (path === 'emails.primaryEmail' || (field === 'emails' && typeof text === 'string')) {
    const email = normaliseEmail(String(text));
    return email.ok ? there({ primaryEmail: email.email }) : { ok: false, code: 'email_invalid', message: email.problem };
  }
  if ((path === 'phones' || path === 'phones.primaryPhoneNumber') && (typeof text === 'string' || typeof text === 'number')) {
    const phone = normalisePhone(String(text), options.country);
    return phone.ok ? there(phone.phone) : { ok: false, code: 'phone_invalid', message: phone.problem };
  }
  if (path === 'name' && object === 'person' && typeof text === 'string') return there(normaliseName({ full: text }));
  if (field === 'domainName' && typeof text === 'string') {
    const domain = companyDomainOf(text);
    return domain === undefined ? { ok: false, code: 'domain_invalid', message: `“${text.slice(0, 80)}” is not a domain.` } : there({ primaryLinkUrl: `https://${domain}`, primaryLinkLabel: domain });
  }
  if (path.endsWith('Link') && typeof text === 'string') {
    const link = field === 'linkedinLink' ? normaliseLinkedin(text) : normaliseLink(text);
    return link === undefined ? { ok: false, code: 'link_invalid', message: `“${text.slice(0, 80)}” is not a link.` } : there({ primaryLinkUrl: link });
  }
  if (path.endsWith('amountMicros') || ((path === 'amount' || path === 'annualRevenue') && typeof text !== 'object')) {
    const number = readNumber(path.endsWith('amountMicros') ? text : withoutCurrency(text), options.decimal);
    const micros = number === undefined ? undefined : path.endsWith('amountMicros') ? Number(number) : microsOf(number);
    if (micros === undefined || !Number.isSafeInteger(micros)) return { ok: false, code: 'number_invalid', message: `“${String(text).slice(0, 80)}” is not an amount with the decimal sign “${options.decimal}”.` };
    const currencyCode = currencyOf(text) ?? options.currency;
    return there({ amountMicros: micros, ...(currencyCode === undefined ? {} : { currencyCode }) });
  }
  return there(part === undefined ? text : { [part]: text });
}

/** A three-letter code or sign beside an amount. */
function currencyOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const code = /(?:^|[\s\d])([A-Z]{3})(?:$|[\s\d])/.exec(text)?.[1];
  return code ?? SIGNS[/[€£¥]/.exec(text)?.[0] ?? ''];
}

function withoutCurrency(text: unknown): unknown {
  return typeof text === 'string' ? text.replace(/[A-Z]{3}|\p{Sc}/gu, '').trim() : text;
}

const SIGNS: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP' };
