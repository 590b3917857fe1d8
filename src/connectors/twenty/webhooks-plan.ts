import type { TwentyWebhook } from './webhooks.ts';

/** One thing to do about the workspace's webhooks. */
export type WebhookStep =
  | { readonly kind: 'register-webhook'; readonly targetUrl: string; readonly operations: readonly string[] }
  | { readonly kind: 'repair-webhook'; readonly id: string; readonly targetUrl: string; readonly operations: readonly string[]; readonly changed: readonly WebhookPart[] }
  | { readonly kind: 'remove-webhook'; readonly id: string; readonly targetUrl: string; readonly why: 'duplicate' | 'not needed' };

export type WebhookPart = 'address' | 'operations' | 'secret' | 'description';

/** The webhook as it should be. */
export interface WantedWebhook {
  readonly targetUrl: string;
  /** Sorted, none twice: `person.created`. */
  readonly operations: readonly string[];
  readonly secret: string;
}

export interface WebhookPlan {
  readonly steps: readonly WebhookStep[];
  /** The webhook that stays, where there is one. */
  readonly keptId: string | undefined;
  /** What a person should know, and nothing is done about. */
  readonly notices: readonly string[];
}

/** Written into the webhook's description, so that ours are known among others. */
export function webhookMark(workspace: string): string {
  return `Sluice: record events of ${workspace}`;
}

/** The operations for these wishes: exactly those, sorted, each once. */
export function operationsFor(interests: readonly { readonly object: string; readonly actions: readonly string[] }[]): readonly string[] {
  return [...new Set(interests.flatMap(({ object, actions }) => actions.map((action) => `${object}.${action}`)))].sort();
}

/**
 * Compares the workspace's webhooks with the one that is wanted; undefined wants none. Ours is the one we remember by id, else
 * one with our address, marked first. Marked ones with our address beside it are duplicates. Whatever else there is belongs to
 * somebody else, another Sluice included, and stays untouched.
 */
export function planWebhook(registered: readonly TwentyWebhook[], wanted: WantedWebhook | undefined, known: { readonly targetUrl: string; readonly mark: string; readonly id?: string }): WebhookPlan {
  const here = registered.filter(({ targetUrl }) => targetUrl === known.targetUrl);
  const isMarked = ({ description }: TwentyWebhook): boolean => description === known.mark;
  const kept = registered.find(({ id }) => id === known.id) ?? here.find(isMarked) ?? (wanted === undefined ? undefined : here[0]);
  const others = here.filter((webhook) => webhook !== kept);
  const removals = [
    ...(wanted === undefined && kept !== undefined ? [removal(kept, 'not needed')] : []),
    ...others.filter(isMarked).map((webhook) => removal(webhook, wanted === undefined ? 'not needed' : 'duplicate')),
  ];
  const notices = others
    .filter((webhook) => !isMarked(webhook))
    .map(({ id }) => `The webhook ${id} in Twenty has the same address and was not made by Sluice; it stays. Delete it in Twenty if nobody needs it.`);
  if (wanted === undefined) return { steps: removals, keptId: undefined, notices };
  if (kept === undefined) return { steps: [{ kind: 'register-webhook', targetUrl: wanted.targetUrl, operations: wanted.operations }, ...removals], keptId: undefined, notices };
  const changed = differences(kept, wanted, known.mark);
  const repair: readonly WebhookStep[] = changed.length === 0 ? [] : [{ kind: 'repair-webhook', id: kept.id, targetUrl: wanted.targetUrl, operations: wanted.operations, changed }];
  return { steps: [...repair, ...removals], keptId: kept.id, notices };
}

function removal({ id, targetUrl }: TwentyWebhook, why: 'duplicate' | 'not needed'): WebhookStep {
  return { kind: 'remove-webhook', id, targetUrl, why };
}

function differences(webhook: TwentyWebhook, wanted: WantedWebhook, mark: string): readonly WebhookPart[] {
  const differs: Readonly<Record<WebhookPart, boolean>> = {
    address: webhook.targetUrl !== wanted.targetUrl,
    operations: [...webhook.operations].sort().join() !== wanted.operations.join(),
    secret: webhook.secret !== wanted.secret,
    description: webhook.description !== mark,
  };
  return (Object.keys(differs) as WebhookPart[]).filter((part) => differs[part]);
}
