import { Command } from 'commander';
import type { ListedConflict, LoadStanding, SyncStanding } from '../store/sync-views.ts';
import { printJson, printTable } from './print.ts';
import { syncCheckCommand } from './sync-check.ts';
import { atSyncDesk, shown, syncsNamed } from './sync-desk.ts';
import { syncResolveCommand } from './sync-resolve.ts';

/** `sluice sync`: how two-way syncs stand, what waits for a decision, the decision, and whether conversions lose anything. */
export function syncCommand(): Command {
  const sync = new Command('sync').description('how two-way syncs stand, and what waits for a decision');
  sync
    .command('status', { isDefault: true })
    .description('pairs by state, open conflicts, the first load, and what was last read, of every two-way sync')
    .option('--json', 'as JSON')
    .action(({ json = false }: { readonly json?: boolean }) => atSyncDesk(async (desk) => {
      const standings = await desk.standings();
      if (json) return printJson(standings);
      printTable(['integration', 'pairs', 'conflicts', 'changes read'], standings.map(({ integration, pairs, conflicts, changesReadAt }) => [integration, counted(pairs) || 'none yet', conflicts, changesReadAt?.toISOString() ?? 'never']));
      const loads = standings.flatMap(loadRows);
      if (loads.length > 0) printTable(['integration', 'over all pairs', 'state', 'begun', 'found'], loads);
      for (const { integration, firstLoad } of standings.filter((one) => one.firstLoad?.state === 'planned')) {
        console.log(`The first load of ${integration} is ready: sluice release ${firstLoad!.deliveryId} carries it out.`);
      }
    }));
  sync
    .command('conflicts')
    .description('fields that were changed on both sides and wait for a decision, oldest first')
    .argument('[integration]', 'its name in the configuration; without it all are shown')
    .option('--json', 'as JSON')
    .action((name: string | undefined, { json = false }: { readonly json?: boolean }) => atSyncDesk(async (desk, config) => {
      const all: ListedConflict[] = [];
      for (const one of syncsNamed(config, name)) {
        for (let after: string | undefined; ; after = all.at(-1)!.id) {
          const page = (await desk.conflicts(one.name, { after, limit: PAGE })) ?? [];
          all.push(...page);
          if (page.length < PAGE) break;
        }
      }
      if (json) return printJson(all);
      printTable(['conflict', 'record', 'field', 'in Twenty', 'by', 'at', 'over there', 'at', 'before', 'open since', 'note'], all.map(conflictRow));
    }));
  return sync.addCommand(syncResolveCommand()).addCommand(syncCheckCommand());
}

const PAGE = 1000;

function loadRows({ integration, firstLoad, completeRead, drift }: SyncStanding): readonly (readonly string[])[] {
  const row = (name: string, load: LoadStanding | undefined): readonly (readonly string[])[] =>
    (load === undefined ? [] : [[integration, name, load.state === 'planned' ? 'waits for release' : load.state, load.startedAt.toISOString(), counted(load.counts)]]);
  return [...row('first load', firstLoad), ...row('complete read', completeRead), ...row('drift', drift)];
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b)).map(([name, count]) => `${String(count)} ${name}`).join(', ');
}

/** In which the figures are read. */
const ORDER = ['in-step', 'conflict', 'new', 'missing', 'linked', 'toTwenty', 'toExternal', 'conflicts', 'ambiguous', 'compared', 'differ', 'total'];

function conflictRow({ id, twentyId, field, twenty, external, base, twentyBy, twentyAt, externalAt, openedAt, decided, refused, lostSide }: ListedConflict): readonly (string | undefined)[] {
  const note = [
    ...(lostSide === undefined ? [] : [`the edit ${lostSide === 'twenty' ? 'in Twenty' : 'over there'} was covered by a write`]),
    ...(decided === undefined ? [] : [`decided by ${decided.by}, not carried out yet`]),
    ...(refused === undefined ? [] : [`decision refused: ${refused}`]),
  ].join('; ');
  return [id, twentyId, field, shown(twenty), twentyBy, twentyAt?.toISOString(), shown(external), externalAt?.toISOString(), base === undefined ? '' : shown(base.twenty), openedAt.toISOString(), note];
}
