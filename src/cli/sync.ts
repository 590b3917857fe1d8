import { userInfo } from 'node:os';
import { Command } from 'commander';
import { decisionEvent } from '../config/sync-decision.ts';
import { loadConfig } from '../config/load.ts';
import type { Integration } from '../config/use-case.ts';
import type { Side, Value } from '../domain/sync.ts';
import { acceptEvents } from '../store/accept.ts';
import { countLinks } from '../store/links.ts';
import { createNotifier } from '../store/notify.ts';
import { decideConflict, listConflicts, type ListedConflict } from '../store/sync-conflicts.ts';
import { bothForms } from '../workflows/bidirectional-sync/index.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable, printJson, printTable } from './print.ts';

/** `sluice sync`: how two-way syncs stand, what waits for a decision, and the decision. */
export function syncCommand(): Command {
  const sync = new Command('sync').description('how two-way syncs stand, and what waits for a decision');
  sync
    .command('status', { isDefault: true })
    .description('pairs by state, and open conflicts, of every two-way sync')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const known = await syncs();
      await withDatabase(async (database) => {
        const all = await Promise.all(known.map(async ({ name }) => ({ integration: name, pairs: await countLinks(database, name), conflicts: (await listConflicts(database, name)).length })));
        if (json) return printJson(all);
        printTable(['integration', 'pairs', 'conflicts'], all.map(({ integration, pairs, conflicts }) => [integration, Object.entries(pairs).map(([state, count]) => `${String(count)} ${state}`).join(', ') || 'none yet', conflicts]));
      });
    });
  sync
    .command('conflicts')
    .description('fields that were changed on both sides and wait for a decision')
    .argument('[integration]', 'its name in the configuration; without it all are shown')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, { json = false }: { readonly json?: boolean }) => {
      const known = await syncs(name);
      await withDatabase(async (database) => {
        const all = (await Promise.all(known.map((one) => listConflicts(database, one.name)))).flat();
        if (json) return printJson(all);
        printTable(['conflict', 'record', 'field', 'in Twenty', 'over there', 'before', 'since'], all.map(rowOf));
      });
    });
  sync
    .command('resolve')
    .description('decide a conflict: both sides get the value, and its task is closed')
    .argument('<conflict>', 'its id, as “sluice sync conflicts” shows it')
    .option('--keep <side>', 'twenty or external: the value of that side stays')
    .option('--value <json>', 'another value, as JSON or plain text, as Twenty holds it')
    .action(async (id: string, { keep, value }: { readonly keep?: string; readonly value?: string }) => {
      if ((keep === undefined) === (value === undefined)) throw new CliError('Say either --keep twenty, --keep external or --value.', { exitCode: 2 });
      if (keep !== undefined && keep !== 'twenty' && keep !== 'external') throw new CliError(`There is no side ${printable(keep)}: write twenty or external.`, { exitCode: 2 });
      const known = await syncs();
      await withDatabase(async (database) => {
        const conflict = (await Promise.all(known.map(async (one) => (await listConflicts(database, one.name)).map((listed) => ({ one, listed }))))).flat().find(({ listed }) => listed.id === id);
        if (conflict === undefined) throw new CliError(`There is no open conflict ${printable(id)}; “sluice sync conflicts” lists them.`);
        const by = userInfo().username;
        const resolution = keep === undefined ? { value: bothForms(conflict.one.settings, conflict.listed.field, valueOf(value!)) } : { keep: keep as Side };
        await decideConflict(database, id, resolution, by);
        const [accepted] = await acceptEvents(database, [decisionEvent(conflict.one, id, conflict.listed.twentyId, by, Date.now(), 'sluice trigger')]);
        createNotifier(database)();
        console.log(`Decided; event ${accepted!.eventId} carries it out.`);
      });
    });
  return sync;
}

async function syncs(name?: string): Promise<readonly Integration[]> {
  const { integrations } = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
  const all = Object.values(integrations).filter(({ useCase }) => useCase.name === 'bidirectional-sync');
  if (name !== undefined && !all.some((one) => one.name === name)) throw new CliError(`There is no two-way sync ${printable(name)}. The configuration has: ${all.map((one) => one.name).join(', ') || 'none'}.`);
  return name === undefined ? all : all.filter((one) => one.name === name);
}

function rowOf({ id, twentyId, field, twenty, external, base, openedAt }: ListedConflict) {
  return [id, twentyId, field, shown(twenty), shown(external), base === undefined ? '' : shown(base.twenty), openedAt.toISOString()];
}

function shown(value: Value): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 60);
}

/** JSON where it is some, else the text as it stands. */
function valueOf(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
