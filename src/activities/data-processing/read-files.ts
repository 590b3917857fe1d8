import type { RunInput } from '../../domain/run.ts';
import { type DataFile, endReading, filesOf, partsOf } from '../../store/data-files.ts';
import { insertRows, type NewRow } from '../../store/data-rows.ts';
import { checkRow } from '../../workflows/data-processing/check-row.ts';
import { blocksOf } from '../../workflows/data-processing/alike.ts';
import type { FileProblem, ReadRow } from '../../workflows/data-processing/contract.ts';
import { apartFromOwn } from '../../workflows/data-processing/own-columns.ts';
import { rowsOf } from '../../workflows/data-processing/row-source.ts';
import { type DataProcessingSettings, targetOf } from '../../workflows/data-processing/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { dataOf } from './data-item.ts';

/** Rows kept with one statement. */
const BATCH = 500;

/** Reads the bodies of the set slice by slice, checks each row and keeps it. An interrupted reading begins anew and leaves the rows that are kept as they are. */
export async function readFiles(deps: ActivityDeps, run: RunInput): Promise<{ rows: number }> {
  const { settings } = dataOf(deps, run);
  const open = (await filesOf(deps.database, run)).filter(({ state, pulled }) => state === 'reading' && !pulled);
  let rows = 0;
  for (const file of open) {
    const { read, problem } = await keepRows(deps, run, file, rowsOf(partsOf(deps.database, file.deliveryId), file.contentType, settings.input), settings);
    const gone = read === 0 && problem === undefined && (await isGone(deps, file));
    await endReading(deps.database, run, file.deliveryId, gone ? FILE_GONE : problem);
    rows += read;
  }
  return { rows };
}

const FILE_GONE: FileProblem = { code: 'file_gone', message: 'The file is no longer kept. Send it again: rows that are done are not done twice.' };

/** Checks rows and keeps them, behind those that are kept already; answers how many came, and what ended the reading early. */
export async function keepRows(
  deps: ActivityDeps, run: RunInput, file: Pick<DataFile, 'deliveryId' | 'rows'>, source: AsyncIterable<ReadRow | FileProblem> | Iterable<ReadRow | FileProblem>, settings: DataProcessingSettings,
): Promise<{ readonly read: number; readonly problem: FileProblem | undefined }> {
  let read = 0;
  let problem: FileProblem | undefined;
  let columns: readonly string[] = [];
  let batch: NewRow[] = [];
  const keep = async (): Promise<void> => {
    await insertRows(deps.database, run, file.deliveryId, batch, columns);
    batch = [];
  };
  for await (const one of source) {
    if (!('raw' in one)) {
      problem = one;
      break;
    }
    read += 1;
    if (one.row <= file.rows) continue;
    const { raw, decision } = apartFromOwn(one.raw);
    if (columns.length === 0) columns = Object.keys(raw);
    batch.push(newRow({ ...one, raw }, decision, await checkRow({ ...one, raw }, settings), settings));
    if (batch.length === BATCH) await keep();
  }
  await keep();
  return { read, problem };
}

function newRow({ row, line, raw }: ReadRow, decision: string | undefined, checked: Awaited<ReturnType<typeof checkRow>>, settings: DataProcessingSettings): NewRow {
  const common = { row, line, raw, decision, keys: [] };
  switch (checked.state) {
    case 'rejected':
      return { ...common, state: 'rejected', problems: checked.problems };
    case 'skipped':
      return { ...common, state: 'skipped', problems: [{ code: checked.code, path: '', message: checked.reason }] };
    case 'ready': {
      const { exact, name } = checked.plan.sameness;
      const { object } = targetOf(settings, checked.plan.target);
      const likely = settings.duplicates.names === undefined || name === undefined || object === 'opportunity' ? [] : blocksOf(object, name).map((block) => ({ key: `~${object} ${block}`, name }));
      return { ...common, state: 'ready', plan: checked.plan, keys: [...exact.map((key) => ({ key: `=${key}` })), ...likely] };
    }
  }
}

async function isGone(deps: ActivityDeps, { deliveryId }: DataFile): Promise<boolean> {
  for await (const _ of partsOf(deps.database, deliveryId)) return false;
  return true;
}
