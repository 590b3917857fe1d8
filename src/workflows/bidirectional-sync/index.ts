import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, ScheduleSettings, UseCase } from '../../config/use-case.ts';
import type { Both, Value } from '../../domain/sync.ts';
import { syncNeeds } from './needs.ts';
import { BidirectionalSyncSettings, type BidirectionalSyncInput, rulesOf, watchedFields } from './settings.ts';

export type { BidirectionalSyncInput, BidirectionalSyncSettings } from './settings.ts';

/** Records of Twenty and of another system are kept in step, field by field, whoever edits where. */
export const bidirectionalSyncUseCase: UseCase<BidirectionalSyncSettings> = {
  name: 'bidirectional-sync',
  workflowType: 'bidirectionalSync',
  settings: BidirectionalSyncSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => ({ ...settings, conflictTask: { ...settings.conflictTask, timeZone: settings.conflictTask.timeZone ?? timeZone } }),
  connections: ({ twenty, external }) => [twenty, external.connection],
  tools: ({ external }) => [{ connection: external.connection, role: 'counterpart', at: 'external.connection' }],
  records: (settings) => [
    {
      object: settings.object,
      connection: settings.twenty,
      actions: ['created', 'updated', 'deleted', 'restored', 'destroyed'],
      watch: watchedFields(settings),
      settle: { quietMs: settings.settle.quietSeconds * 1000, maxMs: settings.settle.maxSeconds * 1000 },
    },
  ],
  guards: ({ guards }) => guards,
  manual: ({ twenty, object }) => ({ over: { kind: 'records', object, connection: twenty, optional: true } }),
  schedules: ({ schedules: { changesEverySeconds, completeRead, drift } }): readonly ScheduleSettings[] => [
    { name: 'changes', when: { everyMs: changesEverySeconds * 1000 }, overlap: 'skip' },
    { name: 'complete-read', when: { cron: completeRead }, overlap: 'skip' },
    { name: 'drift', when: { cron: drift }, overlap: 'skip' },
  ],
  needs: syncNeeds,
  activities: async () => (await import('../../activities/bidirectional-sync/index.ts')).bidirectionalSyncActivities,
  samples: [],
};

/** A value as Twenty holds it, in the form of each side. */
export function bothForms(settings: unknown, field: string, value: Value): Both {
  const rule = rulesOf(settings as BidirectionalSyncSettings).find(({ name }) => name === field);
  return { twenty: value, external: rule === undefined ? value : rule.toExternal(value) };
}

/** Configures a two-way sync as an integration. */
export function bidirectionalSync(settings: BidirectionalSyncInput & CommonInput): IntegrationInput {
  return { useCase: bidirectionalSyncUseCase as unknown as UseCase, settings };
}
