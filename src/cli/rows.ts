import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import { acceptEvents } from '../store/accept.ts';
import type { RowState } from '../store/data-rows.ts';
import { createNotifier } from '../store/notify.ts';
import { rowLines, rowOverview } from '../store/row-lines.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable, printJson, printTable } from './print.ts';

interface RowsOptions {
  readonly rejected?: boolean;
  readonly held?: boolean;
  readonly state?: RowState;
  readonly code?: string;
  readonly format: 'table' | 'json' | 'ndjson' | 'csv';
}

const STATES = ['ready', 'taken', 'created', 'updated', 'unchanged', 'skipped', 'held', 'rejected'] as const;
const SHOWN = 50;

export function rowsCommand(): Command {
  return new Command('rows')
    .description('the rows that an event has brought, and what is wrong with those that were rejected')
    .argument('<event>', 'the id the gateway answered with')
    .option('--rejected', 'only rejected rows')
    .option('--held', 'only rows that are held for a person')
    .addOption(new Option('--state <state>', 'only rows in this state').choices(STATES))
    .option('--code <code>', 'only rows with this problem')
    .addOption(new Option('--format <format>', 'table shows the first 50; csv and ndjson are complete').choices(['table', 'json', 'ndjson', 'csv']).default('table'))
    .addHelpText('after', '\nRows in CSV or NDJSON can be corrected and sent again: sluice rows resubmit rejected.csv --integration contacts. Columns that begin with _sluice_ are left out then.')
    .action((event: string, options: RowsOptions) => withDatabase(async (database) => {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(event)) throw new CliError(`${printable(event)} is no id of an event: sluice events lists the latest.`);
      const chosen: readonly (RowState | false | undefined)[] = [options.rejected === true && 'rejected', options.held === true && 'held', options.state];
      const states = chosen.filter((one): one is RowState => typeof one === 'string');
      const wanted = { ...(states.length === 0 ? {} : { states }), ...(options.code === undefined ? {} : { code: options.code }) };
      const overview = await rowOverview(database, event, { ...wanted, limit: SHOWN });
      if (overview === undefined) throw new CliError(`The event ${event} has brought no rows, or they are no longer kept.`);
      if (options.format === 'json') return printJson(overview);
      if (options.format !== 'table') {
        for await (const lines of rowLines(database, event, wanted, options.format)) {
          if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
        }
        return;
      }
      const { total, byState } = overview.counts;
      console.log(`${String(total)} rows: ${Object.entries(byState).map(([state, count]) => `${String(count)} ${state}`).join(', ')}`);
      printTable(['row', 'line', 'state', 'what', 'where', 'value'], overview.rows.map(({ row, line, state, problems }) => [
        row, line, state, problems.map(({ message }) => message).join(' '), problems.map((one) => one.path).join('; '), problems.map(({ value }) => value ?? '').join('; '),
      ]));
    }))
    .addCommand(resubmitCommand());
}

function resubmitCommand(): Command {
  return new Command('resubmit')
    .description('sends rows again that were corrected; rows that are done are not done twice')
    .argument('<file>', 'CSV, NDJSON or JSON')
    .requiredOption('--integration <name>', 'its name in the configuration')
    .option('--dry-run', 'plan only: reads are real, nothing is changed')
    .action(async (file: string, { integration: name, dryRun }: { readonly integration: string; readonly dryRun?: boolean }) => {
      const { integrations } = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
      const integration = integrations[name];
      if (integration?.useCase.name !== 'data-processing') {
        const known = Object.values(integrations).filter(({ useCase }) => useCase.name === 'data-processing').map((one) => one.name);
        throw new CliError(`There is no integration ${printable(name)} that takes rows. ${known.length === 0 ? 'The configuration has none.' : `The configuration has: ${known.join(', ')}.`}`);
      }
      if (!existsSync(file)) throw new CliError(`There is no file ${printable(file)}.`);
      const contentType = TYPES[path.extname(file).toLowerCase()];
      if (contentType === undefined) throw new CliError(`${printable(file)} is neither .csv, .tsv, .ndjson, .jsonl nor .json.`);
      const body = readFileSync(file);
      await withDatabase(async (database) => {
        const [accepted] = await acceptEvents(database, [{
          source: `hook:${name}`, contentType, headers: {}, body, verdict: 'sluice rows',
          dedupe: { key: `content:${createHash('sha256').update(contentType).update('\0').update(body).digest('hex')}`, windowMs: 10 * 60_000 },
          deliveries: [{ integration: name, laneKey: 'rows', urgency: 'bulk', dryRun: dryRun ?? false }],
        }]);
        createNotifier(database)();
        console.log(accepted!.repeat ? `This file was sent a moment ago: event ${accepted!.eventId}.` : `Accepted as event ${accepted!.eventId}; sluice rows ${accepted!.eventId} shows what comes of it.`);
      });
    });
}

const TYPES: Readonly<Record<string, string>> = { '.csv': 'text/csv', '.tsv': 'text/tab-separated-values', '.ndjson': 'application/x-ndjson', '.jsonl': 'application/x-ndjson', '.json': 'application/json' };
