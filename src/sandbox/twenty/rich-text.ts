import { randomUUID } from 'node:crypto';

/** Markdown sent alone gets its blocknote; blocknote sent alone gets its plain text as markdown. */
export function richText(given: Record<string, unknown>): Record<string, unknown> {
  const { markdown, blocknote } = given;
  if (typeof markdown === 'string' && typeof blocknote !== 'string') return { blocknote: JSON.stringify(blocksOf(markdown)), markdown };
  if (typeof blocknote === 'string' && typeof markdown !== 'string') return { blocknote, markdown: plainTextOf(blocknote) };
  return 'markdown' in given && !('blocknote' in given) ? { ...given, blocknote: null } : given;
}

/** Headings and paragraphs with bold, italics and links: enough for the shape, not a markdown engine. */
function blocksOf(markdown: string): unknown[] {
  return markdown.split(/\n{2,}/).filter((part) => part.trim() !== '').map((part) => {
    const heading = /^(#{1,3})\s+(.*)$/s.exec(part);
    const props = { backgroundColor: 'default', textColor: 'default', textAlignment: 'left' };
    return heading === null
      ? { id: randomUUID(), type: 'paragraph', props, content: inline(part), children: [] }
      : { id: randomUUID(), type: 'heading', props: { ...props, level: heading[1]?.length, isToggleable: false }, content: inline(heading[2] ?? ''), children: [] };
  });
}

function inline(text: string): unknown[] {
  const parts: unknown[] = [];
  let rest = 0;
  for (const match of text.matchAll(/\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    if (match.index > rest) parts.push(styled(text.slice(rest, match.index)));
    if (match[1] !== undefined) parts.push(styled(match[1], { bold: true }));
    else if (match[2] !== undefined) parts.push(styled(match[2], { italic: true }));
    else parts.push({ type: 'link', href: match[4], content: [styled(match[3] ?? '')] });
    rest = match.index + match[0].length;
  }
  if (rest < text.length) parts.push(styled(text.slice(rest)));
  return parts;
}

function styled(text: string, styles: Record<string, boolean> = {}): unknown {
  return { type: 'text', text, styles };
}

function plainTextOf(blocknote: string): string | null {
  const text = [...blocknote.matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`) as string).join(' ');
  return text === '' ? null : text;
}
