/**
 * What two spellings of one company name have in common: case, spaces and punctuation do not count, letters do. Accents and
 * legal forms stay, because `Acme Ltd` and `Acme Inc` may well be two companies. Empty when nothing is left.
 */
export function companyNameKey(name: string): string {
  const key = folded(name);
  // Some letters come together or apart only when what stood between is gone: fold until nothing changes.
  return key === name ? key : companyNameKey(key);
}

function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/&/g, ' and ')
    .replace(/\+/g, ' plus ')
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/** The host of a link as people and Twenty write it: `HTTPS://www.Acme.example/about` and `acme.example` give the same. */
export function bareHost(link: string): string {
  const [host = ''] = link
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .split(/[/?#:]/);
  return host.replace(/^www\./, '').replace(/\.$/, '');
}
