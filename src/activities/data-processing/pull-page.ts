import type { RunInput } from '../../domain/run.ts';
import type { FeedCursor } from '../../connectors/feed.ts';
import { endReading, feedMemory, filesOf, noteProgress } from '../../store/data-files.ts';
import { valueRow } from '../../workflows/data-processing/json-rows.ts';
import { rowsOf } from '../../workflows/data-processing/row-source.ts';
import type { FileProblem, ReadRow } from '../../workflows/data-processing/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { dataOf } from './data-item.ts';
import { keepRows } from './read-files.ts';

/** Where the reading of a feed stands: what comes next, and how many rows came before it. */
interface Place {
  readonly at: FeedCursor;
  readonly rows: number;
  readonly pages: number;
}

/** More pages than this are a feed without an end. */
const MOST_PAGES = 100_000;

/** Fetches the next page of the first feed that is not read to its end, and keeps its rows. A page that is fetched again keeps nothing twice. */
export async function pullPage(deps: ActivityDeps, run: RunInput): Promise<{ done: boolean; rows: number }> {
  const { settings } = dataOf(deps, run);
  const open = (await filesOf(deps.database, run)).filter(({ state, pulled }) => state === 'reading' && pulled);
  const [file] = open;
  if (file === undefined || settings.pull === undefined) return { done: true, rows: 0 };
  const place = file.cursor as Place | undefined;
  const memory = place === undefined ? await feedMemory(deps.database, run.integration) : undefined;
  const { feed } = settings.pull;
  const page = await onConnection(deps, run, feed, (context) => deps.tool('feed', feed).page({ cursor: place?.at, etag: memory?.etag, since: memory?.since }, context));
  const last = open.length === 1;
  if (page.kind === 'unchanged') {
    await endReading(deps.database, run, file.deliveryId, { code: 'feed_unchanged', message: 'The feed has not changed since it was last read.' });
    return { done: last, rows: 0 };
  }
  const before = place?.rows ?? 0;
  const source = page.kind === 'rows' ? page.rows.map((value, index) => valueRow(value, before + index + 1)) : shifted(rowsOf(once(page.body), page.contentType, settings.input), before);
  const { read, problem } = await keepRows(deps, run, { deliveryId: file.deliveryId, rows: 0 }, source, settings);
  const pages = (place?.pages ?? 0) + 1;
  const ended = page.next === undefined || read === 0 || problem !== undefined || pages >= MOST_PAGES;
  await noteProgress(deps.database, run, file.deliveryId, { ...(page.next === undefined ? {} : { cursor: { at: page.next, rows: before + read, pages } satisfies Place }), ...(place === undefined ? { etag: page.etag } : {}) });
  if (ended) await endReading(deps.database, run, file.deliveryId, problem);
  return { done: ended && last, rows: before + read };
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

async function* shifted(rows: AsyncIterable<ReadRow | FileProblem>, by: number): AsyncGenerator<ReadRow | FileProblem> {
  for await (const row of rows) yield 'raw' in row ? { ...row, row: row.row + by } : row;
}
