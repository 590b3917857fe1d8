import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, UseCase } from '../../config/use-case.ts';
import { invoiceInterests, invoiceNeeds } from './fields.ts';
import { invoiceHook } from './hook.ts';
import { SAMPLES } from './samples.ts';
import { InvoicesSettings, type InvoicesInput } from './settings.ts';

export type { InvoicesInput, InvoicesSettings } from './settings.ts';

/** A deal is won; its customer is billed in the billing tool, once for ever, and the deal shows how the invoice stands. */
export const invoicesUseCase: UseCase<InvoicesSettings> = {
  name: 'invoices',
  workflowType: 'invoices',
  settings: InvoicesSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => ({ ...settings, missing: { ...settings.missing, timeZone: settings.missing.timeZone ?? timeZone } }),
  connections: ({ twenty, tool, finance }) => [twenty, tool, ...(finance === undefined ? [] : [finance.mail])],
  tools: ({ tool }) => [{ connection: tool, role: 'invoicing', at: 'tool' }],
  hook: ({ webhook }) => (webhook === undefined ? undefined : invoiceHook(webhook)),
  records: invoiceInterests,
  needs: invoiceNeeds,
  manual: ({ twenty }) => ({ over: { kind: 'records', object: 'opportunity', connection: twenty } }),
  activities: async () => (await import('../../activities/invoices/index.ts')).invoicesActivities,
  samples: SAMPLES,
};

/** Configures invoices as an integration. */
export function invoices(settings: InvoicesInput & CommonInput = {}): IntegrationInput {
  return { useCase: invoicesUseCase as unknown as UseCase, settings };
}
