import { domainToASCII } from 'node:url';

/**
 * The host that a company's stored domain means, for comparing: lower case, without scheme, leading `www.`, port, path,
 * query and fragment. Twenty keeps `dup.test`, `https://dup.test`, `https://www.dup.test` and `DUP.test` as four different
 * domains; to us they are one company. Empty for an empty domain. Twenty's own workflow that links people to companies
 * compares in the same way, but by registrable domain: `shop.example.com` counts as `example.com` there.
 */
export function companyHost(stored: string): string {
  const host = stored
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^.*@/, '')
    .replace(/:\d*$/, '')
    .replace(/\.+$/, '')
    .trim();
  // With a scheme Twenty stores an accented host in its ASCII form, without one as typed.
  return (domainToASCII(host) || host).replace(/^(?:www\.)+(?=[^.]+\.)/, '');
}

/**
 * The domain as it is written on a new company, in the format that Twenty's standard workflow "Create company when adding a
 * new person" writes and finds again: `https://` and the bare host, with the host as label.
 */
export function companyDomainForWrite(host: string): { readonly primaryLinkUrl: string; readonly primaryLinkLabel: string } {
  const bare = companyHost(host);
  return { primaryLinkUrl: `https://${bare}`, primaryLinkLabel: bare };
}

/**
 * The form in which Twenty stores a link and compares it for uniqueness: with a scheme the origin is lower-cased and a
 * trailing slash goes; without one it stays as typed.
 */
export function storedLink(url: string): string {
  const parsed = /^https?:\/\//i.test(url.trim()) ? URL.parse(url.trim()) : null;
  if (parsed === null) return url;
  return `${parsed.origin}${parsed.pathname}${parsed.search}${parsed.hash}`.replace(/\/$/, '');
}
