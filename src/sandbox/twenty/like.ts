/** SQL's LIKE: `%` any text, `_` one character, a backslash makes the next character literal. The common shapes avoid a regular expression. */
export function patternOf(pattern: string, ignoreCase: boolean): (value: string) => boolean {
  const parts = tokensOf(ignoreCase ? pattern.toLowerCase() : pattern);
  const literals = parts.filter((part) => part.kind === 'text');
  const simple = literals.length <= 1 && parts.every((part) => part.kind !== 'one');
  const prepare = ignoreCase ? (value: string) => value.toLowerCase() : (value: string) => value;
  if (!simple) {
    const source = parts.map((part) => (part.kind === 'text' ? escaped(part.text) : part.kind === 'one' ? '.' : '.*')).join('');
    const expression = new RegExp(`^${source}$`, 'su');
    return (value) => expression.test(prepare(value));
  }
  const text = literals[0]?.text ?? '';
  const open = { start: parts[0]?.kind === 'any', end: parts.at(-1)?.kind === 'any' };
  if (open.start && open.end) return (value) => prepare(value).includes(text);
  if (open.start) return (value) => prepare(value).endsWith(text);
  if (open.end) return (value) => prepare(value).startsWith(text);
  return (value) => prepare(value) === text;
}

/** The text of `%text%`; undefined for any other pattern. */
export function containedText(pattern: string): string | undefined {
  const [start, middle, end, ...rest] = tokensOf(pattern);
  return start?.kind === 'any' && middle?.kind === 'text' && end?.kind === 'any' && rest.length === 0 ? middle.text : undefined;
}

type Token = { readonly kind: 'any' | 'one' } | { readonly kind: 'text'; readonly text: string };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') tokens.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern.charAt(index);
    if (char === '%' || char === '_') {
      flush();
      tokens.push({ kind: char === '%' ? 'any' : 'one' });
    } else {
      if (char === '\\') index += 1;
      literal += char === '\\' ? pattern.charAt(index) : char;
    }
  }
  flush();
  return tokens;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
