import type { FileProblem, ReadRow } from './contract.ts';
import { csvRows } from './csv-rows.ts';
import { decoded } from './decoding.ts';
import { jsonRows, ndjsonRows } from './json-rows.ts';
import type { InputSettings } from './settings.ts';

/** JSON is read whole; what is larger belongs into NDJSON or CSV. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;

type BodyFormat = 'json' | 'ndjson' | 'csv';

/** The format of a body by its media type; undefined when rows do not come in it. */
export function formatOf(mediaType: string): BodyFormat | undefined {
  if (/^(?:application|text)\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)$/.test(mediaType)) return 'ndjson';
  if (/^(?:application|text)\/(?:x-)?(?:csv|comma-separated-values|tab-separated-values)$/.test(mediaType)) return 'csv';
  return /^(?:application\/json|application\/[\w.-]+\+json|text\/json)$/.test(mediaType) ? 'json' : undefined;
}

/** The rows of a body that comes in slices, whatever its format; a file problem, when there is one, comes last. */
export async function* rowsOf(slices: AsyncIterable<Uint8Array>, contentTypeHeader: string, input: InputSettings): AsyncGenerator<ReadRow | FileProblem> {
  const [mediaType = ''] = contentTypeHeader.toLowerCase().split(';').map((part) => part.trim());
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentTypeHeader)?.[1];
  const texts = decoded(slices, input.encoding, charset);
  switch (formatOf(mediaType)) {
    case 'csv': {
      const tabs = mediaType.includes('tab-separated');
      return yield* marked(csvRows(texts, { ...input, delimiter: tabs && input.delimiter === 'auto' ? '\t' : input.delimiter }));
    }
    case 'ndjson':
      return yield* marked(ndjsonRows(texts));
    default: {
      let text = '';
      for await (const part of texts) {
        text += part;
        if (text.length > MAX_JSON_BYTES) return yield { code: 'body_too_large', message: 'JSON is read whole, so it may have 8 MB at most. Send NDJSON or CSV.' };
      }
      yield* jsonRows(text, input.records);
    }
  }
}

/** A character that could not be decoded has spoilt its row. */
async function* marked(rows: AsyncIterable<ReadRow | FileProblem>): AsyncGenerator<ReadRow | FileProblem> {
  for await (const row of rows) {
    if (!('raw' in row)) {
      yield row;
      continue;
    }
    const broken = Object.entries(row.raw).filter(([, value]) => typeof value === 'string' && value.includes('\uFFFD'));
    if (broken.length === 0) yield row;
    else yield { ...row, problems: [...row.problems, ...broken.map(([path, value]) => ({ code: 'text_broken', path, message: 'A character could not be read. Save the file as UTF-8, or say its encoding.', value: String(value).slice(0, 200) }))] };
  }
}
