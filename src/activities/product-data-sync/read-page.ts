import { ApplicationFailure } from '@temporalio/activity';
import { v5 as uuidv5 } from 'uuid';
import type { WarehouseRow, WarehouseSource } from '../../connectors/warehouse.ts';
import type { RunInput } from '../../domain/run.ts';
import { keepCursor, keepPage, type ReadPage, restartRead } from '../../store/product-sync.ts';
import type { StagedRow } from '../../workflows/product-data-sync/contract.ts';
import { readRow } from '../../workflows/product-data-sync/normalise-row.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { openedSync, type Sync, syncSettings } from './sync-state.ts';

export interface PageRead {
  /** How long to wait before the next page is asked for; milliseconds. */
  readonly waitMs: number;
  readonly isLast: boolean;
}

/** A result that is gone again and again is not waited for for ever. */
const MAX_STARTS = 4;
const REQUESTS = '0c1bfa54-7f0a-4b0b-8f6e-6f1f3a1d9f21';

/** Reads the next page of the warehouse and keeps it, with where to go on, in one commit. A source without an order is read in one go. */
export async function readPage(deps: ActivityDeps, run: RunInput): Promise<PageRead> {
  const { settings } = syncSettings(deps, run);
  const sync = await openedSync(deps, run);
  if (sync.phase !== 'reading') return { waitMs: 0, isLast: true };
  const warehouse = deps.tool('warehouse', settings.warehouse);
  const source: WarehouseSource = { ...sync.source, requestId: uuidv5(`${sync.deliveryId}/${sync.startedAt}/${String(sync.generation)}`, REQUESTS) };
  return onConnection(deps, run, settings.warehouse, async (context) => {
    if (warehouse.stream !== undefined && source.orderBy.length === 0) return readAll(deps, run, sync, warehouse.stream(source, context));
    const page = await warehouse.readPage(source, sync.cursor, context);
    switch (page.kind) {
      case 'running':
        await keepCursor(deps.database, run, sync, page.next);
        return { waitMs: page.askAgainMs, isLast: false };
      case 'expired':
        if (sync.generation >= MAX_STARTS) throw ApplicationFailure.nonRetryable(`The warehouse forgot the result ${String(MAX_STARTS)} times before it was read. Make the query smaller, or start the sync again.`, 'result_expired');
        await restartRead(deps.database, run, sync.deliveryId, sync.generation);
        return { waitMs: 0, isLast: false };
      case 'rows':
        await keepPage(deps.database, run, staged(deps, run, sync, sync.page, page.rows, page.next));
        return { waitMs: 0, isLast: page.next === undefined };
    }
  });
}

/** Pages of one stream; an interrupted one starts anew, and the pages that were kept before are known again. */
async function readAll(deps: ActivityDeps, run: RunInput, begun: Sync, stream: AsyncIterable<readonly WarehouseRow[]>): Promise<PageRead> {
  const isAgain = begun.page > 1;
  if (isAgain) await restartRead(deps.database, run, begun.deliveryId, begun.generation);
  const sync = { ...begun, generation: begun.generation + (isAgain ? 1 : 0) };
  let page = 1;
  let held: readonly WarehouseRow[] | undefined;
  for await (const rows of stream) {
    if (held !== undefined) await keepPage(deps.database, run, staged(deps, run, sync, page++, held, ''));
    held = rows;
  }
  await keepPage(deps.database, run, staged(deps, run, sync, page, held ?? [], undefined));
  return { waitMs: 0, isLast: true };
}

function staged(deps: ActivityDeps, run: RunInput, { deliveryId, generation }: Sync, page: number, rows: readonly WarehouseRow[], next: string | undefined): ReadPage {
  const { settings } = syncSettings(deps, run);
  const useful: StagedRow[] = [];
  const useless: ReadPage['useless'][number][] = [];
  rows.forEach((row, index) => {
    const reading = readRow(row, settings);
    if (reading === undefined) return;
    if ('key' in reading) useful.push(reading);
    else useless.push({ state: reading.code, name: `Row ${String(index + 1)} of page ${String(page)}`, reason: reading.problem });
  });
  return {
    deliveryId, generation, page, next, isLast: next === undefined, rowsRead: rows.length, useless,
    rows: useful.map(({ key, ...data }) => ({ key, data })),
  };
}
