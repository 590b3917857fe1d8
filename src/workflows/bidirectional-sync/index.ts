import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, RecordInterest, ScheduleSettings, UseCase } from '../../config/use-case.ts';
import type { RecordAction } from '../../domain/record-event.ts';
import type { Both, Value } from '../../domain/sync.ts';
import { syncHook } from './hook.ts';
import { syncNeeds } from './needs.ts';
import { formsOf } from './overwritten.ts';
import { SAMPLES } from './samples.ts';
import { BidirectionalSyncSettings, type BidirectionalSyncInput, rulesOf, watchedFields } from './settings.ts';
import { type Mismatch, mismatchesIn, type SampledRecord, type Stray, straysIn } from './there-and-back.ts';

export { choices, listAsText, micros, moments, numberAsText, yesNo } from './conversions.ts';
export type { BidirectionalSyncInput, BidirectionalSyncSettings } from './settings.ts';
export type { Mismatch, SampledRecord, Stray } from './there-and-back.ts';

/** Records of Twenty and of another system are kept in step, field by field, whoever edits where. */
export const bidirectionalSyncUseCase: UseCase<BidirectionalSyncSettings> = {
  name: 'bidirectional-sync',
  workflowType: 'bidirectionalSync',
  settings: BidirectionalSyncSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone, twenty }) => {
    const named = (connection: string): string | undefined => twenty.find((one) => one.connection === connection)?.workspace;
    return {
      ...settings, workspaces: { twenty: named(settings.twenty), external: named(settings.external.connection) },
      conflictTask: { ...settings.conflictTask, timeZone: settings.conflictTask.timeZone ?? timeZone },
    };
  },
  connections: ({ twenty, external }) => [twenty, external.connection],
  tools: ({ external }) => [{ connection: external.connection, role: 'counterpart', at: 'external.connection' }],
  hook: syncHook,
  records: (settings): readonly RecordInterest[] => {
    const { twenty, object, external, workspaces } = settings;
    const common = { actions: ACTIONS, everyEdit: true, settle: { quietMs: settings.settle.quietSeconds * 1000, maxMs: settings.settle.maxSeconds * 1000 } };
    return [
      { ...common, object, connection: twenty, watch: watchedFields(settings) },
      // A second workspace tells of its records as the first one does.
      ...(workspaces?.external === undefined ? [] : [{ ...common, object: external.object, connection: external.connection, watch: watchedFields(settings, 'external'), lane: 'external:' }]),
    ];
  },
  guards: ({ guards }) => guards,
  manual: ({ twenty, object }) => ({ over: { kind: 'records', object, connection: twenty, optional: true } }),
  schedules: ({ schedules: { changesEverySeconds, completeRead, drift } }): readonly ScheduleSettings[] => [
    { name: 'changes', when: { everyMs: changesEverySeconds * 1000 }, overlap: 'skip' },
    { name: 'complete-read', when: { cron: completeRead }, overlap: 'skip' },
    { name: 'drift', when: { cron: drift }, overlap: 'skip' },
  ],
  needs: syncNeeds,
  activities: async () => (await import('../../activities/bidirectional-sync/index.ts')).bidirectionalSyncActivities,
  samples: SAMPLES,
};

/** What is wrong with the conversions of a sync, as far as these records show it. */
export interface ConversionCheck {
  readonly strays: readonly Stray[];
  readonly mismatches: readonly Mismatch[];
}

/** Has every value of these records converted there and back. Fields that follow a link are converted by links, not by functions. */
export function checkConversions(settings: BidirectionalSyncSettings, records: readonly SampledRecord[]): ConversionCheck {
  const rules = rulesOf(settings).filter(({ name }) => settings.fields[name]!.link === undefined);
  return { strays: straysIn(rules, records), mismatches: mismatchesIn(rules.filter(({ name }) => settings.fields[name]!.convert === undefined), records) };
}

const ACTIONS: readonly RecordAction[] = ['created', 'updated', 'deleted', 'restored', 'destroyed'];

/** A value as Twenty holds it, in the form of each side. Throws what the field's conversion throws. */
export function bothForms(settings: Pick<BidirectionalSyncSettings, 'fields' | 'onConflict'>, field: string, value: Value): Both {
  const rule = rulesOf(settings).find(({ name }) => name === field);
  return rule === undefined ? { twenty: value, external: value } : formsOf(rule, 'twenty', value);
}

/** Configures a two-way sync as an integration. */
export function bidirectionalSync(settings: BidirectionalSyncInput & CommonInput): IntegrationInput {
  return { useCase: bidirectionalSyncUseCase as unknown as UseCase, settings };
}
