import type { z } from 'zod';
import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, UseCase } from '../../config/use-case.ts';
import { dataHook } from './hook.ts';
import type { RuleAction } from './rules.ts';
import { SAMPLES } from './samples.ts';
import { DataProcessingSettings, type DataProcessingInput } from './settings.ts';

/** Rows come in by webhook or are fetched; people, companies and opportunities come out, and what cannot be is kept for correction. */
export const dataProcessingUseCase: UseCase<DataProcessingSettings> = {
  name: 'data-processing',
  workflowType: 'dataProcessing',
  settings: DataProcessingSettings,
  urgency: 'bulk',
  inherit: (settings, workspace) => ({
    ...settings,
    country: settings.country ?? workspace.country,
    ...(settings.pull === undefined ? {} : { pull: { ...settings.pull, timeZone: settings.pull.timeZone ?? workspace.timeZone } }),
  }),
  connections: ({ twenty, pull, badRows }) => [twenty, ...(pull === undefined ? [] : [pull.feed]), ...(badRows === undefined ? [] : [badRows.mail])],
  tools: ({ pull }) => (pull === undefined ? [] : [{ connection: pull.feed, role: 'feed', at: 'pull.feed' }]),
  hook: dataHook,
  manual: ({ pull }) => (pull === undefined ? undefined : { over: { kind: 'nothing' } }),
  schedules: ({ pull }) => (pull?.cron === undefined ? [] : [{ name: 'pull', when: { cron: pull.cron }, ...(pull.timeZone === undefined ? {} : { timeZone: pull.timeZone }) }]),
  activities: async () => (await import('../../activities/data-processing/index.ts')).dataProcessingActivities,
  samples: SAMPLES,
};

/** The settings with the row's own type, as the schema gives it. */
type Typed<S extends z.ZodType> = Omit<DataProcessingInput & CommonInput, 'schema' | 'transform' | 'rules'> & {
  readonly schema: S;
  readonly transform?: (row: z.output<S>) => object | undefined | Promise<object | undefined>;
  readonly rules?: readonly (Exclude<NonNullable<DataProcessingInput['rules']>[number], (row: never) => unknown> | ((row: Readonly<Record<string, unknown>>) => RuleAction | readonly RuleAction[] | undefined))[];
};

/** Configures the processing of rows as an integration. */
export function dataProcessing<S extends z.ZodType>(settings: Typed<S>): IntegrationInput {
  return { useCase: dataProcessingUseCase as unknown as UseCase, settings };
}
