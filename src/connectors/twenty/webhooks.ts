import { z } from 'zod';
import { parse, statusFault } from './call.ts';
import type { Connection } from './call.ts';
import { readMetadata, sendMetadata, unwrapped } from './metadata-answers.ts';

const Webhook = z.looseObject({ id: z.string(), targetUrl: z.string(), operations: z.array(z.string()), description: z.string().nullish(), secret: z.string() });
/** Mind that Twenty hands out the secret with every read. */
export type TwentyWebhook = Readonly<z.infer<typeof Webhook>>;

export interface NewWebhook {
  readonly targetUrl: string;
  /** `person.created`, `person.*`. Twenty accepts anything and never fires what it does not know. */
  readonly operations: readonly string[];
  readonly description?: string;
  readonly secret: string;
}

type Signal = { readonly signal?: AbortSignal };

/** What Twenty tells of its records, and where to. A new or changed webhook counts after up to 10 s (observed on 2.21). */
export interface TwentyWebhooks {
  webhooks(ctx?: Signal): Promise<readonly TwentyWebhook[]>;
  createWebhook(webhook: NewWebhook, ctx?: Signal): Promise<TwentyWebhook>;
  updateWebhook(id: string, change: Partial<NewWebhook>, ctx?: Signal): Promise<TwentyWebhook>;
  /** False when there is none of that id. */
  deleteWebhook(id: string, ctx?: Signal): Promise<boolean>;
}

export function webhookCalls(connection: Connection): TwentyWebhooks {
  const write = async (method: 'POST' | 'PATCH', path: string, body: object, key: string, signal?: AbortSignal): Promise<TwentyWebhook> => {
    const answer = await sendMetadata(connection, method, path, body, signal);
    if (answer.status !== 200 && answer.status !== 201) throw statusFault(answer, 'metadata/webhooks', true);
    return parse(Webhook, unwrapped(answer.json(), key), 'metadata/webhooks', true);
  };
  return {
    webhooks: async (ctx) => parse(z.array(Webhook), unwrapped(await readMetadata(connection, PATH, ctx?.signal), 'webhooks'), 'metadata/webhooks', false),
    createWebhook: (webhook, ctx) => write('POST', PATH, webhook, 'createWebhook', ctx?.signal),
    updateWebhook: (id, change, ctx) => write('PATCH', `${PATH}/${encodeURIComponent(id)}`, change, 'updateWebhook', ctx?.signal),
    async deleteWebhook(id, ctx) {
      const answer = await sendMetadata(connection, 'DELETE', `${PATH}/${encodeURIComponent(id)}`, undefined, ctx?.signal);
      if (answer.status === 404 || /WEBHOOK_NOT_FOUND/.test(answer.text())) return false;
      if (answer.status !== 200) throw statusFault(answer, 'metadata/webhooks', true);
      return true;
    },
  };
}

const PATH = '/rest/metadata/webhooks';
