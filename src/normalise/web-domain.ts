import emailProviders from 'email-providers/all.json' with { type: 'json' };
import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';
import { bareHost } from '../domain/company-key.ts';

/**
 * The domain a company is known by: host of a link, an address or a bare name, in lower case and ASCII, cut to the part that
 * is registered (`mail.acme.co.uk` → `acme.co.uk`, `acme.github.io` stays whole). Undefined when there is none in the text.
 * Twenty's own workflow cuts by the same public suffix list, so both mean the same company.
 */
export function companyDomainOf(text: string): string | undefined {
  const host = domainToASCII(bareHost(text.trim().replace(/^.*@/, '')));
  if (!/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(host)) return undefined;
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

export interface FreeMailRules {
  /** Domains that count as free mail as well. */
  readonly add?: readonly string[];
  /** Domains that do not, although the list has them. */
  readonly except?: readonly string[];
}

/** Whether a domain belongs to a mail provider and so says nothing about a company. */
export function isFreeMail(domain: string, rules: FreeMailRules = {}): boolean {
  const forms = [domain, companyDomainOf(domain) ?? domain];
  if (forms.some((form) => rules.except?.includes(form))) return false;
  return forms.some((form) => FREE_MAIL.has(form) || rules.add?.includes(form) === true);
}

/**
 * Whether the workflow that every new workspace has links a person of this domain to the company of the domain. It knows only
 * this short list of mail providers (Twenty 2.21, prefilled workflow “Create company when adding a new person”).
 */
export function isLinkedByTwenty(domain: string): boolean {
  return domain !== '' && !TWENTYS_PERSONAL_DOMAINS.has(domain);
}

// The list has example.com, which is nobody's mailbox; examples and tests live there.
const FREE_MAIL = new Set((emailProviders as readonly string[]).filter((domain) => domain !== 'example.com'));

const TWENTYS_PERSONAL_DOMAINS = new Set(
  (
    'aol.com att.net btinternet.com comcast.net fastmail.com free.fr gmail.com gmx.com gmx.de googlemail.com hotmail.com hotmail.fr ' +
    'icloud.com laposte.net live.com mac.com mail.com me.com msn.com orange.fr outlook.com outlook.fr pm.me proton.me protonmail.com ' +
    'sfr.fr verizon.net wanadoo.fr yahoo.co.jp yahoo.co.uk yahoo.com yandex.com yandex.ru zoho.com'
  ).split(' '),
);
