import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { createGenericClient, type GenericClient } from '../generic/client.ts';
import type { EnrolEnd, EnrolFinding, SequenceLead } from '../sequencer.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { GenericEnrolled, GenericSequencerSettings } from './index.ts';

const SERVICE = 'generic-sequencer';

/** A sequence tool that the configuration describes. */
export const openGenericSequencer: OpenTool<GenericSequencerSettings> = (settings, context) => {
  const client = createGenericClient(SERVICE, settings, context);
  return {
    sequencer: {
      service: SERVICE,
      atOnce: settings.atOnce,
      enrol: (sequence, leads, call) => enrol(client, settings, sequence, leads, call),
      ...(settings.repeatable ? {} : { lookUp: (sequence: string, leads: readonly SequenceLead[], call: ToolCall) => lookUp(client, settings, sequence, leads, call) }),
    },
  };
};

async function enrol(client: GenericClient, { enrol: configured, already, atOnce }: GenericSequencerSettings, sequence: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolEnd[]> {
  const [lead] = leads;
  if (lead === undefined) return [];
  const operation = { ...configured, notFound: already, body: configured.body ?? (atOnce === 1 ? { lead: '{lead}' } : { leads: '{leads}' }) };
  const answer = await client.ask(operation, { sequence, lead, leads }, atOnce === 1 ? One : Many, call);
  if (answer === undefined) return leads.map(() => ({ status: 'already' }));
  const list = [answer].flat() as readonly GenericEnrolled[];
  const byEmail = new Map(list.flatMap((one) => (one.email === undefined ? [] : [[one.email.toLowerCase(), one]])));
  if (byEmail.size === 0 && list.length !== leads.length) {
    throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: ${String(list.length)} answers to ${String(leads.length)} leads, without addresses that tell them apart`, { outcomeUnknown: true });
  }
  return leads.map(({ email }, index) => endOf(byEmail.size === 0 ? list[index]! : (byEmail.get(email) ?? { status: 'not_taken' })));
}

function endOf({ leadId, status = 'enrolled' }: GenericEnrolled): EnrolEnd {
  if (status === 'enrolled' || status === 'already') return { status, ...(leadId === undefined ? {} : { leadId }) };
  return { status: 'skipped', code: status, message: SKIPPED[status] };
}

const SKIPPED: Readonly<Record<Exclude<GenericEnrolled['status'], 'enrolled' | 'already' | undefined>, string>> = {
  opted_out: 'The sequence tool says that this address has unsubscribed.', bounced: 'The sequence tool says that mails to this address have bounced.',
  blocked: 'The sequence tool has this address on its blocklist.', elsewhere: 'The sequence tool has this address in another sequence already.',
  invalid_email: 'The sequence tool says that this is not a valid e-mail address.', not_taken: 'The sequence tool did not take this address and does not say why.',
};

async function lookUp(client: GenericClient, settings: GenericSequencerSettings, sequence: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolFinding[]> {
  const { lookUp: operation } = settings;
  if (operation === undefined) return leads.map(() => 'unknown');
  const findings: EnrolFinding[] = [];
  for (const lead of leads) {
    const found = await client.ask(operation, { sequence, lead, leads: [lead] }, Known, call, { changes: false });
    findings.push(found?.leadId === undefined ? 'absent' : { status: 'already', leadId: found.leadId });
  }
  return findings;
}

const id = z.union([z.string(), z.number()]).nullish().transform((value) => (value === null || value === undefined ? undefined : String(value)));
const One: z.ZodType<GenericEnrolled> = z.object({
  email: z.string().nullish().transform((value) => value ?? undefined), leadId: id,
  status: z.enum(['enrolled', 'already', 'opted_out', 'bounced', 'blocked', 'elsewhere', 'invalid_email', 'not_taken']).nullish().transform((value) => value ?? undefined),
}).nullish().transform((value) => value ?? {});
const Many = z.array(One);
const Known = z.object({ leadId: id }).nullish().transform((value): { readonly leadId?: string | undefined } => value ?? {});
