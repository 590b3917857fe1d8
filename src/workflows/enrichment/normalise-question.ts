import type { EnrichedObject, Question } from '../../domain/profile.ts';
import { primaryEmail, recordName } from '../../domain/record-words.ts';
import { oneLine } from '../../domain/text.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import { normaliseLinkedin } from '../../normalise/link.ts';
import { companyDomainOf, isFreeMail } from '../../normalise/web-domain.ts';
import type { TwentyRecordView } from './contract.ts';

/** Who a record is, as far as a provider can make use of it. */
export function questionOf(object: EnrichedObject, record: TwentyRecordView, company: TwentyRecordView | undefined): Question {
  return object === 'person' ? personQuestion(record, company) : companyQuestion(record);
}

/**
 * By what a question is known again: the strongest thing that it says. What enrichment fills in changes nothing of it, as long as
 * the address or domain stays. Undefined when it says nothing by which somebody could be found.
 */
export function questionKey(object: EnrichedObject, { email, linkedin, domain, firstName, lastName, companyName }: Question): string | undefined {
  if (object === 'company') return first(['domain', domain], ['linkedin', linkedin], ['name', companyName]);
  const name = firstName === undefined || lastName === undefined || (domain ?? companyName) === undefined ? undefined : `${firstName} ${lastName} @ ${domain ?? companyName!}`;
  return first(['email', email], ['linkedin', linkedin], ['name', name]);
}

function personQuestion(person: TwentyRecordView, company: TwentyRecordView | undefined): Question {
  const address = normaliseEmail(primaryEmail(person) ?? '');
  const { firstName, lastName } = (person['name'] ?? {}) as { readonly firstName?: unknown; readonly lastName?: unknown };
  const own = address.ok ? companyDomainOf(address.domain) : undefined;
  return tidy({
    email: address.ok ? address.email : undefined,
    linkedin: linkedinOf(person),
    firstName: textOf(firstName),
    lastName: textOf(lastName),
    companyName: recordName(company),
    domain: domainOf(company) ?? (own === undefined || isFreeMail(own) ? undefined : own),
  });
}

function companyQuestion(company: TwentyRecordView): Question {
  return tidy({ domain: domainOf(company), linkedin: linkedinOf(company), companyName: recordName(company) });
}

function domainOf(company: TwentyRecordView | undefined): string | undefined {
  const domain = companyDomainOf(urlOf(company?.['domainName']) ?? '');
  return domain === undefined || isFreeMail(domain) ? undefined : domain;
}

function linkedinOf(record: TwentyRecordView): string | undefined {
  const url = urlOf(record['linkedinLink']);
  return url === undefined ? undefined : normaliseLinkedin(url);
}

function urlOf(link: unknown): string | undefined {
  return textOf((link as { readonly primaryLinkUrl?: unknown } | null | undefined)?.primaryLinkUrl);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? oneLine(value) : undefined;
}

function tidy(question: { readonly [F in keyof Question]: Question[F] | undefined }): Question {
  return Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined));
}

function first(...ways: readonly (readonly [string, string | undefined])[]): string | undefined {
  const way = ways.find(([, value]) => value !== undefined);
  return way === undefined ? undefined : `${way[0]}:${way[1]!.toLowerCase()}`;
}
