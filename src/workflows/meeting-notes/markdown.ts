/**
 * Markdown as recorders write it, made fit for Twenty's editor, which reads CommonMark with GitHub's additions and drops what it does
 * not know: HTML becomes markdown or goes, bullets become dashes, underlined headings get their marks, and headings stay below ours.
 */
export function tidyMarkdown(text: string, topLevel = 3): string {
  const lines = withoutHtml(text.replace(/\r\n?/g, '\n').replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, '').replace(/[^\S\n]+$/gm, '')).split('\n');
  const marked = underlined(lines);
  const highest = Math.min(...marked.map((line) => HEADING.exec(line)?.[1]!.length ?? topLevel));
  return spaced(marked.map((line) => tidyLine(line, topLevel - highest))).slice(0, MAX_MARKDOWN).toWellFormed().trim();
}

const HEADING = /^\s{0,3}(#{1,6})\s+(\S.*?)\s*#*$/;

/** Nobody reads more than this in a note, and Twenty keeps it whole in every answer. */
const MAX_MARKDOWN = 60_000;

/** A text of others within ours: nothing in it is markup. */
export function asText(text: string): string {
  return text.replace(/([\\`*_[\]<>#|~])/g, '\\$1');
}

/** What remains of markdown where none is read, as in a mail. */
export function withoutMarkdown(markdown: string): string {
  return markdown
    .replace(/^#{1,6}\s+(.*)$/gm, (_whole, heading: string) => heading.replaceAll('*', ''))
    .replace(/!?\[([^\]]*)\]\(([^)\s]+)(?:\s[^)]*)?\)/g, (_whole, words: string, url: string) => (words === '' || words === url ? url : `${words} (${url})`))
    .replace(/(\*\*|__)(?=\S)(.+?)\1/g, '$2')
    .replace(/\\([\\`*_[\]<>#|~])/g, '$1')
    .trim();
}

function withoutHtml(text: string): string {
  return text
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?(?:b|strong)\s*>/gi, '**')
    .replace(/<\/?(?:i|em)\s*>/gi, '*')
    .replace(/<li[^>]*>/gi, '\n- ')
    .replace(/<h([1-6])[^>]*>/gi, (_whole, level: string) => `\n${'#'.repeat(Number(level))} `)
    .replace(/<\/(?:p|div|ul|ol|h[1-6]|tr)\s*>/gi, '\n')
    .replace(/<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>/gi, '');
}

/** A line of = or - under a line of text makes that a heading. */
function underlined(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    const below = lines[index + 1] ?? '';
    if (isPlain(line) && /^(=+|-{3,})$/.test(below)) return [`${below.startsWith('=') ? '#' : '##'} ${line.trim()}`];
    if (/^(=+|-{3,})$/.test(line) && isPlain(lines[index - 1] ?? '')) return [];
    return [line];
  });
}

function isPlain(line: string): boolean {
  return line.trim() !== '' && !/^\s*([-*+•#>|]|\d+[.)]\s)/.test(line);
}

function tidyLine(line: string, lowerBy: number): string {
  const heading = HEADING.exec(line);
  if (heading !== null) return `${'#'.repeat(Math.min(6, heading[1]!.length + lowerBy))} ${heading[2]!}`;
  const bullet = /^(\s*)[•●▪◦‣–—*+-]\s+(\S.*)$/u.exec(line);
  return bullet === null ? line : `${bullet[1]!.replace(/\t/g, '  ')}- ${bullet[2]!}`;
}

/** Headings and lists begin after an empty line; more than one in a row say nothing. */
function spaced(lines: readonly string[]): string {
  const kind = (line: string): string => (HEADING.test(line) ? 'heading' : /^\s*(-|\d+[.)])\s/.test(line) ? 'list' : line.trim() === '' ? 'empty' : 'text');
  return lines.flatMap((line, index) => {
    const [own, before] = [kind(line), index === 0 ? 'empty' : kind(lines[index - 1]!)];
    return (own === 'heading' && before !== 'empty') || (before === 'heading' && own !== 'empty') || (own === 'list' && before === 'text') ? ['', line] : [line];
  }).join('\n').replace(/\n{3,}/g, '\n\n');
}
