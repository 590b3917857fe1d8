import { createHash } from 'node:crypto';
import type { Hook, HookReading } from '../../config/use-case.ts';
import type { NewsReading, NewsSource, SequenceNews } from '../../connectors/sequence-news.ts';
import type { EmailSequencesSettings } from './settings.ts';

/** News without an id or a time: the same again within this time is a repeat. */
const REPEAT_WINDOW_MS = 10 * 60 * 1000;

/** How `POST /hooks/{integration}` is checked and read; undefined where the configuration names no webhook. */
export function sequencesHook(settings: EmailSequencesSettings): Hook | undefined {
  const { webhook } = settings;
  if (webhook === undefined) return undefined;
  return {
    verification: webhook.verification,
    contentTypes: ['application/json'],
    maxBodyBytes: 1024 * 1024,
    allowedOrigins: [],
    read: (request): HookReading => {
      const reading = wantedNews(settings, webhook.read(request));
      if (reading.kind !== 'news') return reading;
      const [first] = reading.news;
      const isTimed = reading.news.every(({ at }) => at !== undefined);
      return {
        kind: 'event',
        dedupe: reading.id !== undefined ? { key: idKey(reading.id) } : { key: `news:${hashOf(reading.news)}`, ...(isTimed ? {} : { windowMs: REPEAT_WINDOW_MS }) },
        laneKey: `lead:${hashOf(first?.leadId ?? first?.email)}`,
        urgency: 'bulk',
        ...(reading.keep === undefined ? {} : { keep: reading.keep }),
      };
    },
  };
}

/** Only the news that counts; a call that holds none is acknowledged and nothing comes of it. */
export function wantedNews({ news: wanted }: EmailSequencesSettings, reading: ReturnType<NewsSource['read']>): NewsReading {
  if (reading.kind !== 'news') return reading;
  const news = reading.news.filter(({ kind }) => wanted.includes(kind));
  return news.length === 0 ? { kind: 'answer', status: 200, body: { ignored: reading.news.map(({ kind }: SequenceNews) => kind).join(', ') } } : { ...reading, news };
}

function idKey(id: string): string {
  return /^[\x20-\x7e]{1,200}$/.test(id) ? `id:${id}` : `id-hash:${hashOf(id)}`;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value ?? null)).digest('base64url').slice(0, 22);
}
