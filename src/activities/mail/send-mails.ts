import type { Outcome } from '../../domain/delivery.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { RunInput } from '../../domain/run.ts';
import type { Email } from '../../connectors/resend/index.ts';
import { begunEffects, finishEffects, freezeEffects, type FrozenEffect } from '../../store/effects.ts';
import { takeHourly } from '../../store/hourly-caps.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';

export type Mail = Pick<Email, 'from' | 'to' | 'subject' | 'html' | 'text'>;

export interface MailStep {
  /** The mail connection. */
  readonly connection: string;
  readonly step: string;
  /** “The score is in Twenty”: what has been done already when a mail does not go out. */
  readonly before: string;
  /** “the mail about this lead”. */
  readonly words: string;
}

export interface NewMail {
  readonly key: string;
  /** The deliveries it tells of; they end with it when it does not go out. */
  readonly members: readonly string[];
  readonly mail: Mail;
  /** The step when it is not the one of all: a delivery is a member of one mail of a step. */
  readonly step?: string;
}

/** How a mail ended that was let out. `unknown`: nobody can say whether it was sent, so it never is again. */
export type MailEnd = 'sent' | 'unknown' | 'refused';

/** Resend keeps an idempotency key for 24 hours; past that a mail whose fate is unknown may not be sent again. */
const KEY_LIFETIME_MS = 23 * 3_600_000;

/**
 * Sends mails, each frozen with its members before it is first sent and sent with a key by which a repeat is known. Above the
 * integration's hourly cap the rest wait for the hour. Members of a mail that was not sent end here, with the reason. `ended` is
 * told of each that was let out, before the next is sent. Answers how many were let out; of a dry run, how many would be sent.
 */
export async function sendMails<M extends NewMail>(
  deps: ActivityDeps, run: RunInput, step: MailStep, mails: readonly M[], ended?: (mail: M, end: MailEnd) => Promise<void>,
): Promise<number> {
  const out = run.dryRun ? mails : await withinCap(deps, run, step, mails);
  const frozen = await freezeEffects<Mail>(deps.database, run, run.integration, out.map(({ key, members, mail, step: own }) => {
    const summary = `mail “${mail.subject}” to ${mail.to.join(', ')}`;
    return { key, step: own ?? step.step, target: step.connection, summary, members, request: mail };
  }), run.dryRun);
  if (run.dryRun) return frozen.length;
  for (const [index, effect] of frozen.entries()) {
    const end = effect.state === 'done' ? 'sent' : await send(deps, run, step, effect);
    await ended?.(out[index]!, end);
  }
  return frozen.length;
}

/** A mail that is frozen already has its place within the hour; one that was refused needs a new one. */
async function withinCap<M extends NewMail>(deps: ActivityDeps, run: RunInput, { before, words }: MailStep, mails: readonly M[]): Promise<readonly M[]> {
  const begun = await begunEffects(deps.database, mails.map(({ key }) => key));
  const fresh = mails.filter(({ key }) => !begun.has(key));
  if (fresh.length === 0) return mails;
  const perHour = deps.integrations.get(run.integration)!.hourly.mails;
  const { granted, nextAt } = await takeHourly(deps.database, run.integration, 'mails', fresh.length, perHour);
  const over = fresh.slice(granted);
  const reason = `${before}; ${words} waits, since ${String(perHour)} went out within an hour.`;
  await end(deps, run, over.flatMap(({ members }) => members), { state: 'waiting', code: 'hourly_cap', reason, waitingFor: 'hour', untilMs: nextAt?.getTime() });
  return mails.filter((mail) => !over.includes(mail));
}

async function send(deps: ActivityDeps, run: RunInput, { connection, before, words }: MailStep, effect: FrozenEffect<Mail>): Promise<MailEnd> {
  const { key, generation, request, attemptedAt, fresh, members } = effect;
  if (!fresh && attemptedAt !== undefined && Date.now() - attemptedAt.getTime() > KEY_LIFETIME_MS) {
    const reason = `Nobody can say whether ${words} was sent, and it is too long ago to ask again safely.`;
    await finishEffects(deps.database, run, [{ key, state: 'unknown', code: 'outcome_unknown', reason }]);
    await end(deps, run, members, { state: 'held', code: 'mail_unknown', reason });
    return 'unknown';
  }
  try {
    const { id } = await onConnection(deps, run, connection, (context) => deps.mail(connection).sendEmail({ ...request, idempotencyKey: `${key}/${String(generation)}` }, context));
    await finishEffects(deps.database, run, [{ key, state: 'done', outsideId: id }]);
    return 'sent';
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    await finishEffects(deps.database, run, [{ key, state: 'rejected', code: 'mail_rejected', reason: error.message }]);
    await end(deps, run, members, { state: 'failed', code: 'mail_rejected', reason: `${before}, but ${words} was refused: ${error.message}` });
    return 'refused';
  }
}

async function end(deps: ActivityDeps, run: RunInput, members: readonly string[], outcome: Outcome): Promise<void> {
  if (members.length > 0) await settle(deps.database, run, members.map((deliveryId) => ({ deliveryId, outcome })));
}
