/** A profile link as Twenty keeps it: https, host in lower case, without query, fragment and trailing slash. Undefined when it is none. */
export function normaliseLink(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || /\s/.test(trimmed)) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.parse(withScheme);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || !url.hostname.includes('.')) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  return `https://${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** A LinkedIn profile out of a link, a path (`in/ann`) or a bare handle (`@ann`). */
export function normaliseLinkedin(text: string): string | undefined {
  const trimmed = text.trim();
  const handle = /^(?:@|\/?in\/)([\p{L}\p{N}_-]+)\/?$/u.exec(trimmed)?.[1];
  if (handle !== undefined) return `https://www.linkedin.com/in/${handle}`;
  const link = normaliseLink(trimmed);
  return link?.replace(/^https:\/\/(?:[a-z]{2}\.)?linkedin\.com\//, 'https://www.linkedin.com/');
}
