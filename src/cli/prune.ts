import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { retentionPolicy } from '../config/retention.ts';
import { prune } from '../store/retention.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printJson, printTable } from './print.ts';

export function pruneCommand(): Command {
  return new Command('prune')
    .description('remove now what has been kept long enough; the dispatcher does it by itself')
    .option('--dry-run', 'only count')
    .option('--json', 'as JSON')
    .action(async ({ dryRun = false, json = false }: { readonly dryRun?: boolean; readonly json?: boolean }) => {
      const policy = retentionPolicy(await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts'));
      const pruned = await withDatabase((database) => prune(database, policy, { dryRun }));
      if (pruned === undefined) throw new CliError('Somebody else is pruning just now, a dispatcher perhaps. Its log says how much went.');
      if (json) return printJson({ dryRun, pruned });
      const { otherwise } = policy;
      console.log(`${dryRun ? 'Would be removed' : 'Removed'}: payloads ${String(otherwise.payloadDays)} days after their outcome, the rest after ${String(otherwise.deliveryDays)}, unless an integration says otherwise.`);
      printTable(['what', 'rows'], Object.entries(pruned));
    });
}
