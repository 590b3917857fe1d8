import { search } from '@jmespath-community/jmespath';
import { refused } from '../form-source.ts';
import type { NewsReading, NewsSource, SequenceNews } from '../sequence-news.ts';
import type { GenericNewsSettings } from './index.ts';

/** Reads a body as the configuration says. The secret in it, where that is its place, is not kept. */
export function readGenericNews(settings: GenericNewsSettings, { body }: Parameters<NewsSource['read']>[0]): NewsReading {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return refused('body', 'The body is not JSON.');
  }
  const secretField = settings.secretIn === 'body' ? (settings.name ?? 'secret') : undefined;
  const keep = secretField !== undefined && typeof json === 'object' && json !== null && secretField in json ? { keep: new TextEncoder().encode(JSON.stringify({ ...json, [secretField]: undefined })) } : {};
  const { read } = settings;
  if (typeof read === 'function') {
    const news = read(json).filter(({ email, leadId }) => email !== undefined || leadId !== undefined).map((one) => (one.email === undefined ? one : { ...one, email: one.email.trim().toLowerCase() }));
    return news.length === 0 ? ignored('') : { kind: 'news', news, ...keep };
  }
  const at = (path: string | undefined): string | undefined => {
    const value = path === undefined ? undefined : (search(json as never, path) as unknown);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : typeof value === 'number' ? String(value) : undefined;
  };
  const type = at(read.kind);
  const kind = type !== undefined && Object.hasOwn(settings.kinds, type) ? settings.kinds[type] : undefined;
  const [email, leadId, sequence, sequenceName, time, id] = [at(read.email)?.toLowerCase(), at(read.leadId), at(read.sequence), at(read.sequenceName), at(read.at), at(read.id)];
  if (kind === undefined || (email === undefined && leadId === undefined)) return ignored(type ?? '');
  const news: SequenceNews = {
    kind,
    ...(email === undefined ? {} : { email }), ...(leadId === undefined ? {} : { leadId }), ...(sequence === undefined ? {} : { sequence }),
    ...(sequenceName === undefined ? {} : { sequenceName }), ...(time === undefined || Number.isNaN(Date.parse(time)) ? {} : { at: new Date(time).toISOString() }),
  };
  return { kind: 'news', news: [news], ...(id === undefined ? {} : { id }), ...keep };
}

function ignored(type: string): NewsReading {
  return { kind: 'answer', status: 200, body: { ignored: type } };
}
