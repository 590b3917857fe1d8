import { externalObject, readExternalRecord, readTwentyRecord, twentyFields } from '../activities/bidirectional-sync/fields.ts';
import type { SluiceConfig } from '../config/define-config.ts';
import type { Integration } from '../config/use-case.ts';
import type { Side } from '../domain/sync.ts';
import type { Database } from '../store/database.ts';
import { type BidirectionalSyncSettings, checkConversions, type ConversionCheck, type SampledRecord } from '../workflows/bidirectional-sync/index.ts';
import { createConnectors } from './connectors.ts';
import { pacedCalls } from './setup-proof.ts';
import { openTools } from './tools.ts';

/** What became of the values of some records of each side on their way there and back. */
export interface SyncCheck extends ConversionCheck {
  readonly integration: string;
  readonly records: Readonly<Record<Side, number>>;
}

/** Reads up to `perSide` records of each side and has every value converted there and back. Writes nothing. Throws ConnectorError. */
export async function checkSync(config: SluiceConfig, env: NodeJS.ProcessEnv, database: Database, { name, settings }: Integration<BidirectionalSyncSettings>, perSide: number): Promise<SyncCheck> {
  const connectors = createConnectors(config, env);
  const tools = await openTools(config, env, () => () => undefined);
  try {
    const twenty = connectors.twenty(settings.twenty);
    const here: SampledRecord[] = [];
    const plan = await twenty.planSelection(settings.object, { all: true });
    const ctx = pacedCalls(database, settings.twenty);
    for (let cursor: string | undefined; here.length < perSide; ) {
      const page = await twenty.selectionPage(plan, cursor, ctx, ['updatedAt', 'deletedAt', ...twentyFields(settings)]);
      here.push(...page.records.map((record): SampledRecord => ({ side: 'twenty', id: record.id, values: readTwentyRecord(record, settings).values })));
      if ((cursor = page.next) === undefined) break;
    }
    const tool = tools.tool('counterpart', settings.external.connection);
    const there: SampledRecord[] = [];
    const call = pacedCalls(database, settings.external.connection) as Pick<typeof ctx, 'pace'>;
    for (let cursor: string | undefined; there.length < perSide; ) {
      const page = await tool.all(externalObject(settings), cursor, call);
      there.push(...page.records.map((record): SampledRecord => ({ side: 'external', id: record.id, values: readExternalRecord(record, settings).values })));
      if ((cursor = page.next) === undefined) break;
    }
    const sampled = [...here.slice(0, perSide), ...there.slice(0, perSide)];
    return { integration: name, records: { twenty: Math.min(here.length, perSide), external: Math.min(there.length, perSide) }, ...checkConversions(settings, sampled) };
  } finally {
    await connectors.close();
    await tools.close();
  }
}
