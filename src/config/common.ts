import type { z } from 'zod';
import type { Retention } from '../domain/retention.ts';
import * as field from './fields.ts';
import { RetentionShape } from './schema.ts';

/** What every integration may be given beside the settings of its use case. */
export const Common = field.settings({
  /** Its share of what is claimed when several integrations have a backlog: 3 gets three times as much as 1. */
  weight: field.wholeNumber(1, 100).default(1),
  /** Mails and invoices that go out within an hour at most; the rest waits for the next, mails together in one. */
  hourly: field.settings({ mails: field.wholeNumber(1, 100_000).default(1_000), invoices: field.wholeNumber(1, 100_000).default(50) }).prefault({}),
  /** Kept longer or shorter than the workspace says. */
  retention: RetentionShape.optional(),
});

export type CommonInput = z.input<typeof Common>;

const KEYS = Object.keys(Common.shape);

/** Splits an integration's settings into those that all have and its use case's own. */
export function apart(settings: unknown): { readonly common: unknown; readonly own: unknown } {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return { common: {}, own: settings };
  const [common, own] = [true, false].map((isCommon) => Object.fromEntries(Object.entries(settings).filter(([key]) => KEYS.includes(key) === isCommon)));
  return { common, own };
}

/** The workspace's retention with what the integration says instead. */
export function retained(workspace: Retention, own: z.output<typeof Common>['retention']): Retention {
  return { payloadDays: own?.payloadDays ?? workspace.payloadDays, deliveryDays: own?.deliveryDays ?? workspace.deliveryDays };
}
