import type { Syncs } from '../api/contract.ts';
import type { SluiceConfig } from '../config/define-config.ts';
import { decisionEvent } from '../config/sync-decision.ts';
import type { Integration } from '../config/use-case.ts';
import type { Accepted, NewEvent } from '../domain/event.ts';
import type { Both, Value } from '../domain/sync.ts';
import type { Database } from '../store/database.ts';
import { linksOf } from '../store/links.ts';
import { decideConflict } from '../store/sync-conflicts.ts';
import { findConflict, listConflicts, syncStandings } from '../store/sync-views.ts';
import { bothForms, type BidirectionalSyncSettings } from '../workflows/bidirectional-sync/index.ts';

/** The two-way syncs of a configuration. */
export function syncsOf({ integrations }: Pick<SluiceConfig, 'integrations'>): readonly Integration<BidirectionalSyncSettings>[] {
  return Object.values(integrations).filter(({ useCase }) => useCase.name === 'bidirectional-sync') as readonly Integration<BidirectionalSyncSettings>[];
}

/** What people see of two-way syncs and decide, for the API and the command line alike. `accept` stores an event and wakes the dispatcher. */
export function syncDesk(database: Database, config: Pick<SluiceConfig, 'integrations'>, accept: (events: readonly NewEvent[]) => Promise<readonly Accepted[]>): Syncs {
  const known = new Map(syncsOf(config).map((one) => [one.name, one]));
  return {
    standings: () => syncStandings(database, [...known.keys()]),
    conflicts: async (integration, page) => (known.has(integration) ? listConflicts(database, integration, page) : undefined),
    async decide({ integration: name, id, choice, by, door }) {
      const conflict = await findConflict(database, name === undefined ? [...known.keys()] : [name], id);
      const integration = conflict === undefined ? undefined : known.get(conflict.integration);
      if (conflict === undefined || integration === undefined) return { ok: false, problem: 'unknown', message: 'there is no such conflict' };
      const forms = 'keep' in choice ? undefined : await formsOf(database, integration.settings, conflict.field, choice.value);
      if (typeof forms === 'string') return { ok: false, problem: 'value', message: forms };
      const isOpen = await decideConflict(database, conflict.id, 'keep' in choice ? { keep: choice.keep } : { value: forms! }, by);
      if (!isOpen) return { ok: false, problem: 'closed', message: 'it is closed' };
      // Whoever hears of no event decides again: that changes nothing and makes one.
      const [accepted] = await accept([decisionEvent(integration, conflict.id, conflict.twentyId, by, Date.now(), door)]);
      return { ok: true, eventId: accepted!.eventId };
    },
  };
}

/** A value of Twenty in the form of each side, or why it has none over there. */
async function formsOf(database: Database, settings: BidirectionalSyncSettings, field: string, value: Value): Promise<Both | string> {
  const link = settings.fields[field]?.link;
  if (link === undefined) {
    try {
      return bothForms(settings, field, value);
    } catch (error) {
      return `the conversion of ${field} does not take it: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  if (value === null || value === '') return { twenty: null, external: null };
  const linked = typeof value === 'string' ? await linksOf(database, link, { twenty: [value.toLowerCase()] }) : [];
  return linked[0] === undefined ? `${link} keeps no record of this id in step` : { twenty: linked[0].twentyId, external: linked[0].externalId };
}
