import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { manualEvent } from '../config/starts.ts';
import { readStart } from '../domain/start.ts';
import { acceptEvents } from '../store/accept.ts';
import { createNotifier } from '../store/notify.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable, printJson } from './print.ts';

interface TriggerOptions {
  readonly ids?: string;
  readonly view?: string;
  readonly filter?: string;
  readonly all?: boolean;
  readonly input?: string;
  readonly requestId?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function triggerCommand(): Command {
  return new Command('trigger')
    .description('start an integration by hand, over selected records where it runs over records')
    .argument('<integration>', 'its name in the configuration')
    .option('--ids <ids>', 'record ids, with commas between')
    .option('--view <view>', 'the records of a saved view of Twenty, by its name or id')
    .option('--filter <json>', "the records that fit a filter as Twenty's GraphQL takes it")
    .option('--all', 'every record that is not in the trash')
    .option('--input <json>', 'whatever the integration makes of it')
    .option('--request-id <id>', 'the same id is the same start, however often it is sent')
    .option('--dry-run', 'plan only: reads are real, nothing is changed')
    .option('--json', 'as JSON')
    .action(async (name: string, options: TriggerOptions) => {
      const { integrations } = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
      const integration = integrations[name];
      if (integration === undefined) {
        throw new CliError(`There is no integration ${printable(name)}. The configuration has: ${Object.keys(integrations).join(', ')}.`);
      }
      const reading = readStart(messageOf(options));
      if (!reading.ok) throw new CliError(inWords(reading.problem), { exitCode: 2 });
      const start = manualEvent(integration, { requestId: randomUUID(), by: userInfo().username, ...reading.start }, 'sluice trigger');
      if (!start.ok) throw new CliError(inWords(start.problem));
      await withDatabase(async (database) => {
        const [accepted] = await acceptEvents(database, [start.event]);
        createNotifier(database)();
        if (options.json === true) return printJson(accepted);
        console.log(accepted!.repeat ? `This request was known already: event ${accepted!.eventId}.` : `Accepted as event ${accepted!.eventId}; sluice event ${accepted!.eventId} shows what comes of it.`);
      });
    });
}

function messageOf({ ids, view, filter, all, input, requestId, dryRun }: TriggerOptions): object {
  const selection = {
    ...(ids === undefined ? {} : { ids: ids.split(',').map((id) => id.trim()) }),
    ...(view === undefined ? {} : { view }),
    ...(filter === undefined ? {} : { filter: parsed('--filter', filter) }),
    ...(all === true ? { all } : {}),
  };
  return {
    requestId, dryRun,
    ...(Object.keys(selection).length === 0 ? {} : { selection }),
    ...(input === undefined ? {} : { input: parsed('--input', input) }),
  };
}

function parsed(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`${option} is no JSON: ${printable(text)}`, { exitCode: 2 });
  }
}

function inWords({ path, message }: { readonly path: string; readonly message: string }): string {
  return printable(path === '' ? message : `${path}: ${message}`);
}
