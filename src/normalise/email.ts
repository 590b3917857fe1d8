import { domainToASCII, domainToUnicode } from 'node:url';

export type EmailReading =
  | { readonly ok: true; readonly email: string; readonly domain: string }
  | { readonly ok: false; readonly problem: string };

/**
 * The address in a text as Twenty stores it: lower case, no blanks, no `mailto:`, no display name. `domain` is the host in
 * ASCII (punycode). Twenty trims nothing and refuses more than 254 characters (recordings `email-spaces`, `email-long`).
 */
export function normaliseEmail(text: string): EmailReading {
  const address = bareAddress(text);
  if (address === '') return { ok: false, problem: 'The e-mail address is empty.' };
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) return { ok: false, problem: `“${shorten(address)}” is not an e-mail address.` };
  const local = address.slice(0, at);
  const host = readableHost(address.slice(at + 1));
  const email = `${local}@${host}`;
  if (local.length > 64 || email.length > 254) return { ok: false, problem: 'The e-mail address is too long.' };
  if (!LOCAL_PART.test(local) || host === '') return { ok: false, problem: `“${shorten(address)}” is not an e-mail address.` };
  return { ok: true, email, domain: domainToASCII(host) };
}

// Dots only between other characters; letters of any script, because Twenty accepts accented addresses (recording `email-unicode`).
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const HOST = /^([\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}-]{2,63}$/u;

function bareAddress(text: string): string {
  const visible = text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  const angled = /<([^<>]*)>\s*$/.exec(visible)?.[1] ?? visible;
  return angled.trim().replace(/^mailto:/i, '').replace(/\?.*$/, '').replace(/[,;]+$/, '').trim().toLowerCase();
}

/** One spelling per host: punycode is written out, so `xn--…` and `ä…` are one person. Empty when it is no host name. */
function readableHost(host: string): string {
  const trimmed = host.replace(/\.$/, '');
  if (domainToASCII(trimmed) === '' || /^[\d.]+$/.test(trimmed)) return '';
  const readable = domainToUnicode(trimmed);
  return HOST.test(readable) && domainToASCII(readable) !== '' && !/\.\d+$/.test(readable) ? readable : '';
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
