import type { SluiceConfig } from '../config/define-config.ts';
import { loadConfig } from '../config/load.ts';
import type { Integration } from '../config/use-case.ts';
import type { Value } from '../domain/sync.ts';
import { acceptEvents } from '../store/accept.ts';
import type { Database } from '../store/database.ts';
import { createNotifier } from '../store/notify.ts';
import { syncDesk, syncsOf } from '../worker/sync-desk.ts';
import type { BidirectionalSyncSettings } from '../workflows/bidirectional-sync/index.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable } from './print.ts';

/** Work with the configured two-way syncs. */
export async function atSyncDesk<T>(work: (desk: ReturnType<typeof syncDesk>, config: SluiceConfig, database: Database) => Promise<T>): Promise<T> {
  const config = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
  return withDatabase(async (database) => {
    const notify = createNotifier(database);
    const desk = syncDesk(database, config, async (events) => {
      const accepted = await acceptEvents(database, events);
      notify();
      return accepted;
    });
    return work(desk, config, database);
  });
}

/** The two-way sync of this name, or all of them. */
export function syncsNamed(config: SluiceConfig, name: string | undefined): readonly Integration<BidirectionalSyncSettings>[] {
  const all = syncsOf(config);
  if (name === undefined) return all;
  const known = all.filter((one) => one.name === name);
  if (known.length === 0) throw new CliError(`There is no two-way sync ${printable(name)}. The configuration has: ${all.map((one) => one.name).join(', ') || 'none'}.`);
  return known;
}

/** A value as a column has room for it. */
export function shown(value: Value | undefined): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, 60);
}
