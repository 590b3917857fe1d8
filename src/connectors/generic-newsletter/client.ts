import { z } from 'zod';
import { createGenericClient, type GenericClient } from '../generic/client.ts';
import type { Added, Mailings, Refused, StandingPage } from '../newsletter.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { AddedAnswer, StandingsAnswer } from './answers.ts';
import type { GenericNewsletterSettings } from './index.ts';

/** A tool that is configured: each of its requests is an operation of the generic engine. */
export const openGenericNewsletter: OpenTool<GenericNewsletterSettings> = (settings, context) => {
  const client = createGenericClient(settings.name, settings, context);
  const { add, progress, standings, mailings } = settings;
  return {
    newsletter: {
      service: settings.name,
      most: settings.most,
      add: async (request, call) => addedOf(await client.ask(add, request, AddedAnswer.nullish(), call, { changes: true })),
      ...(progress === undefined ? {} : { progress: async (job: string, call: ToolCall) => addedOf(await client.ask(progress, { job }, AddedAnswer.nullish(), call, { changes: false })) }),
      ...(standings === undefined ? {} : { standings: ({ list }, cursor, call) => pageOf(client, standings, list, cursor, call) }),
      ...(mailings === undefined ? {} : { mailings: mailingsOf(client, mailings) }),
    },
  };
};

function addedOf(answer: AddedAnswer | null | undefined): Added {
  const { refused, already, job, failed } = answer ?? {};
  if (typeof failed === 'string' && failed !== '') return { state: 'failed', says: failed };
  if (job !== undefined && job !== null && String(job) !== '') return { state: 'under way', job: String(job) };
  return { state: 'done', refused: (refused ?? []).map(refusedOf), already: (already ?? []).map((email) => email.toLowerCase()), unnamed: 0 };
}

function refusedOf(one: NonNullable<AddedAnswer['refused']>[number]): Refused {
  if (typeof one === 'string') return { email: one.toLowerCase(), why: 'refused', says: 'refused by the tool' };
  const unsubscribed = one.unsubscribed === true;
  return { email: one.email.toLowerCase(), why: unsubscribed ? 'unsubscribed' : 'refused', says: one.says ?? (unsubscribed ? 'has unsubscribed' : 'refused by the tool') };
}

async function pageOf(client: GenericClient, operation: NonNullable<GenericNewsletterSettings['standings']>, list: string, cursor: string | undefined, call: ToolCall): Promise<StandingPage> {
  const page = await client.ask(operation, { list, cursor }, StandingsAnswer, call, { changes: false });
  const next = page?.next ?? undefined;
  return { members: (page?.members ?? []).map(({ email, unsubscribed }) => ({ email: email.toLowerCase(), unsubscribed: unsubscribed === true })), next: next === undefined || next === '' ? undefined : String(next) };
}

const Made = z.looseObject({ id: z.union([z.string(), z.number()]) });

function mailingsOf(client: GenericClient, { draft, find, send, state }: NonNullable<GenericNewsletterSettings['mailings']>): Mailings {
  return {
    async draft(request, call) {
      const made = await client.ask(draft, request, Made, call);
      return { id: String(made?.id ?? '') };
    },
    async resume(request, call) {
      const found = await client.ask(find, request, Made.nullish(), call, { changes: false });
      return found === undefined || found === null ? undefined : { id: String(found.id) };
    },
    send: async (id, request, call) => void (await client.ask(send, { ...request, id }, z.unknown(), call)),
    async isSent(id, call) {
      const found = await client.ask(state, { id }, z.looseObject({ sent: z.boolean() }), call, { changes: false });
      return found?.sent === true;
    },
  };
}
