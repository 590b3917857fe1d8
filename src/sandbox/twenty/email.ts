/** Which addresses Twenty accepts: accented letters and international domains yes; blanks around, a bare host or a part above 64 characters no. */
export function isTwentyEmail(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 254) return false;
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  return at > 0 && Buffer.byteLength(local) <= 64 && local.split('.').every((part) => localPart.test(part)) && isDomain(value.slice(at + 1));
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  return labels.length > 1 && topLevel.test(labels.at(-1) ?? '') && labels.every((label) => label.length <= 63 && domainLabel.test(label));
}

const localPart = /^[a-z\d!#$%&'*+\-/=?^_`{|}~\u00a1-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]+$/i;
const domainLabel = /^(?!-)[a-z\d\u00a1-\ud7ff\uf900-\ufdcf\ufdf0-\uffef-]+(?<!-)$/i;
const topLevel = /^([a-z\u00a1-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]{2,}|xn[a-z\d-]{2,})$/i;
