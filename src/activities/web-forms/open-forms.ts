import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { readLead } from '../../workflows/web-forms/normalise-lead.ts';
import { insertItems, loadDeliveries } from '../../store/items.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { formSettings, type FormMember } from './form-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedForms {
  readonly submissions: number;
  readonly unreadable: number;
  readonly people: number;
  /** An earlier run may have done part of the work, so no step is left out. */
  readonly again: boolean;
  readonly connections: { readonly twenty: string; readonly mail?: string };
  readonly steps: { readonly tasks: boolean; readonly restoreLinks: boolean };
}

/** Reads the submissions of the set with the configuration of now; those that cannot be read end here, with the reason. */
export async function openForms(deps: ActivityDeps, run: RunInput): Promise<OpenedForms> {
  const settings = formSettings(deps, run);
  const deliveries = await loadDeliveries(deps.database, run);
  const readings = await Promise.all(deliveries.map((delivery) => readLead(delivery, settings)));
  const members: FormMember[] = [];
  const unreadable = [];
  for (const [position, delivery] of deliveries.entries()) {
    const reading = readings[position]!;
    if (reading.ok) {
      const { deliveryId, fillOnly, receivedAt, claims } = delivery;
      members.push({ deliveryId, position, data: { lead: reading.lead, fillOnly, receivedAt: receivedAt.toISOString(), again: claims > 1 } });
    } else {
      unreadable.push({ deliveryId: delivery.deliveryId, outcome: { state: 'failed', code: reading.code, reason: normalised(reading.reason) } as const });
    }
  }
  await insertItems(deps.database, run, members);
  if (unreadable.length > 0) await settle(deps.database, run, unreadable);
  return {
    submissions: members.length,
    unreadable: unreadable.length,
    people: new Set(members.map((member) => member.data.lead.email)).size,
    again: members.some((member) => member.data.again),
    connections: { twenty: settings.twenty, ...(settings.notify === undefined ? {} : { mail: settings.notify.mail }) },
    steps: { tasks: settings.task.enabled, restoreLinks: settings.companyLink === 'restore' },
  };
}
