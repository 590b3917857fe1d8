import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, ScheduleSettings, UseCase } from '../../config/use-case.ts';
import { productNeeds } from './fields.ts';
import { ProductDataSyncSettings, type ProductDataSyncInput } from './settings.ts';

export type { ProductDataSyncInput, ProductDataSyncSettings } from './settings.ts';

/** Every day or week the usage of each customer is read from the warehouse and written beside the company; falls become tasks. */
export const productDataSyncUseCase: UseCase<ProductDataSyncSettings> = {
  name: 'product-data-sync',
  workflowType: 'productDataSync',
  settings: ProductDataSyncSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => ({ ...settings, onFall: { ...settings.onFall, timeZone: settings.onFall.timeZone ?? timeZone } }),
  connections: ({ warehouse, twenty }) => [warehouse, twenty],
  tools: ({ warehouse }) => [{ connection: warehouse, role: 'warehouse', at: 'warehouse' }],
  manual: () => ({ over: { kind: 'nothing' } }),
  schedules: ({ schedule }): readonly ScheduleSettings[] => (schedule === 'off' ? [] : [{ name: 'sync', when: { cron: schedule.cron }, ...(schedule.timeZone === undefined ? {} : { timeZone: schedule.timeZone }) }]),
  needs: productNeeds,
  activities: async () => (await import('../../activities/product-data-sync/index.ts')).productDataSyncActivities,
  samples: [],
};

/** Configures product data sync as an integration. */
export function productDataSync(settings: ProductDataSyncInput & CommonInput): IntegrationInput {
  return { useCase: productDataSyncUseCase as unknown as UseCase, settings };
}
