import { Command, InvalidArgumentError } from 'commander';
import { ConnectorError } from '../domain/failure.ts';
import type { SyncCheck } from '../worker/sync-check.ts';
import { CliError } from './failure.ts';
import { printable, printJson, printTable } from './print.ts';
import { atSyncDesk, shown, syncsNamed } from './sync-desk.ts';

const RECORDS = 200;
/** Values shown of each field. */
const SHOWN = 5;

/** `sluice sync check`: whether conversions bring real values back as they were. */
export function syncCheckCommand(): Command {
  return new Command('check')
    .description('read some records of each side and convert their values there and back; writes nothing')
    .argument('[integration]', 'its name in the configuration; without it all are checked')
    .option('--records <count>', 'how many records of each side are read', count, RECORDS)
    .option('--json', 'as JSON, with every value')
    .action((name: string | undefined, { records, json = false }: { readonly records: number; readonly json?: boolean }) => atSyncDesk(async (_desk, config, database) => {
      const { checkSync } = await import('../worker/sync-check.ts');
      const checks: SyncCheck[] = [];
      try {
        for (const sync of syncsNamed(config, name)) checks.push(await checkSync(config, process.env, database, sync, records));
      } catch (error) {
        if (error instanceof ConnectorError) throw new CliError(printable(error.message), { cause: error });
        throw error;
      }
      if (json) printJson(checks);
      else checks.forEach(printCheck);
      if (checks.some(({ strays, mismatches }) => strays.length + mismatches.length > 0)) process.exitCode = 1;
    }));
}

function printCheck({ integration, records, strays, mismatches }: SyncCheck): void {
  const read = `${integration}: ${String(records.twenty)} records of Twenty and ${String(records.external)} of the other side`;
  if (strays.length + mismatches.length === 0) {
    console.log(`${read}: every value comes back as it was.`);
    return;
  }
  console.log(`${read}: ${String(strays.length)} values do not come back as they were.`);
  for (const [field, own] of Map.groupBy(strays, (stray) => stray.field)) {
    console.log(`\n${field}: ${String(own.length)}`);
    printTable(['  from', 'record', 'value', 'there', 'and back'], own.slice(0, SHOWN).map(({ side, id, value, there, back, problem }) =>
      [side === 'twenty' ? '  Twenty' : '  the other side', id, shown(value), problem === undefined ? shown(there) : '', problem ?? shown(back)]));
  }
  for (const { field, kinds } of mismatches) {
    console.log(printable(`\n${field}: Twenty holds ${kinds.twenty.join(' and ')}, the other side ${kinds.external.join(' and ')}, so the two never agree. Give it a convert.`));
  }
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new InvalidArgumentError('Write a whole number from 1 to 10000.');
  return number;
}
