import { untransformable } from './refusal.ts';

/** A web address with a scheme gets its origin in lower case and loses a trailing slash; without a scheme it is kept as typed. */
export function normaliseLinks(given: Record<string, unknown>): Record<string, unknown> {
  const links = { ...given };
  if (typeof links.primaryLinkUrl === 'string') links.primaryLinkUrl = normaliseUrl(links.primaryLinkUrl);
  if (!Array.isArray(links.secondaryLinks)) return links;
  const others = (links.secondaryLinks as { url?: unknown; label?: unknown }[])
    .filter((link) => typeof link.url === 'string' && link.url !== '')
    .map((link) => ({ url: normaliseUrl(link.url as string), label: link.label ?? '' }));
  const first = others[0];
  if (first !== undefined && 'primaryLinkUrl' in links && links.primaryLinkUrl === null) {
    return { ...links, primaryLinkUrl: first.url, primaryLinkLabel: first.label, secondaryLinks: others.length > 1 ? others.slice(1) : null };
  }
  return { ...links, secondaryLinks: others.length === 0 ? null : others };
}

function normaliseUrl(value: string): string {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(value);
  const url = URL.canParse(hasScheme ? value : `https://${value}`) ? new URL(hasScheme ? value : `https://${value}`) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || /\s/.test(value) || !/^([\p{L}\d_-]+\.)+[\p{L}\d-]{2,}$/u.test(url.hostname)) {
    throw untransformable('The URL of the link is not valid', 'INVALID_URL');
  }
  if (!hasScheme) return value;
  const origin = /^[^/]+:\/\/[^/?#]*/.exec(value)?.[0] ?? '';
  return (origin.toLowerCase() + value.slice(origin.length)).replace(/\/$/, '');
}
