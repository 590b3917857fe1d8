import type { Mailing } from '../../connectors/newsletter.ts';
import type { RunInput } from '../../domain/run.ts';
import { oneLine } from '../../domain/text.ts';
import { noteNewsletter } from '../../store/newsletter.ts';
import type { MailingContext } from '../../workflows/newsletter/contract.ts';
import type { MailingSettings } from '../../workflows/newsletter/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { carryOut } from '../tools/carry-out.ts';
import { listName } from './campaign.ts';
import { type NewsletterJob, openJob, tallyOf } from './job.ts';

/** Drafts the mailing in the tool, once for its name and list, however often the newsletter is started that day. */
export async function draftMailing(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<void> {
  const open = await openMailing(deps, run, deliveryId);
  if (open === undefined) return;
  const { job, mailing, people } = open;
  const { mailings, service } = deps.tool('newsletter', job.settings.tool);
  if (mailings === undefined) return problem(deps, run, deliveryId, `${service} only keeps lists: leave mailing out of the configuration.`);
  const request = await written(job, mailing, people);
  if (typeof request === 'string') return problem(deps, run, deliveryId, request);
  const [end] = await carryOut<Mailing, undefined>(deps, run, {
    connection: job.settings.tool, step: 'draft the mailing',
    changes: [{ key: mailingKey(run, job, 'draft'), summary: `draft the mailing “${request.subject}” to the list ${listName(job)}`, members: [deliveryId], request, forever: true }],
    send: async (frozen, _key, context) => ({ outsideId: (await mailings.draft(frozen, context)).id, answer: undefined }),
    async lookUp(frozen, context) {
      const found = await mailings.resume(frozen, context);
      return found === undefined ? 'absent' : { outsideId: found.id, answer: undefined };
    },
  });
  if (end?.status === 'done' && end.outsideId !== undefined) await noteNewsletter(deps.database, run, deliveryId, { mailing: { id: end.outsideId, name: job.name, state: 'drafted', isOld: !end.fresh && job.state.mailing === undefined } });
  if (end?.status === 'rejected' || end?.status === 'unknown') await problem(deps, run, deliveryId, `The mailing was not drafted: ${end.message}`);
}

/** Sends the mailing, once for its name and list and never again. */
export async function sendMailing(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<void> {
  const open = await openMailing(deps, run, deliveryId);
  const { mailings } = open === undefined ? { mailings: undefined } : deps.tool('newsletter', open.job.settings.tool);
  const known = open?.job.state.mailing;
  if (open === undefined || mailings === undefined || (known === undefined && !run.dryRun)) return;
  const { job, mailing, people } = open;
  const request = await written(job, mailing, people);
  if (typeof request === 'string') return problem(deps, run, deliveryId, request);
  const [end] = await carryOut<Mailing & { readonly id: string }, undefined>(deps, run, {
    connection: job.settings.tool, step: 'send the mailing',
    changes: [{ key: mailingKey(run, job, 'send'), summary: `send the mailing “${request.subject}” to the list ${listName(job)}`, members: [deliveryId], request: { ...request, id: known?.id ?? '' }, forever: true }],
    async send({ id, ...frozen }, _key, context) {
      await mailings.send(id, frozen, context);
      return { outsideId: id, answer: undefined };
    },
    lookUp: async ({ id }, context) => ((await mailings.isSent(id, context)) ? { outsideId: id, answer: undefined } : 'absent'),
  });
  if (end?.status === 'done') await noteNewsletter(deps.database, run, deliveryId, { mailing: { ...known!, state: 'sent' } });
  if (end?.status === 'rejected' || end?.status === 'unknown') await problem(deps, run, deliveryId, `The mailing is drafted but was not sent: ${end.message}`);
}

/** Undefined when there is nothing to mail, or nobody. */
async function openMailing(deps: ActivityDeps, run: RunInput, deliveryId: string): Promise<{ readonly job: NewsletterJob; readonly mailing: MailingSettings; readonly people: number } | undefined> {
  const job = await openJob(deps, run, deliveryId);
  const mailing = job?.settings.mailing;
  if (job === undefined || mailing === undefined || job.state.problem !== undefined) return undefined;
  const { onList } = await tallyOf(deps, run, job);
  return onList === 0 ? undefined : { job, mailing, people: onList };
}

/** The mailing with its texts; a text instead says what is wrong with a function in the configuration. */
async function written({ settings: { list, group }, name, day, view }: NewsletterJob, mailing: MailingSettings, people: number): Promise<Mailing | string> {
  const context: MailingContext = { name, day, view, people };
  const text = async (wanted: MailingSettings['subject'] | undefined): Promise<string | undefined> => (typeof wanted === 'function' ? wanted(context) : filled(wanted, context));
  try {
    const [subject, html, plain] = [await text(mailing.subject), await text(mailing.html), await text(mailing.text)];
    const { from, replyTo, preview, topic } = mailing;
    return { list, ...(group === undefined ? {} : { group }), name, subject: oneLine(subject ?? ''), from: senderOf(from), ...defined({ replyTo, preview, topic, html, text: plain }) };
  } catch (error) {
    return `A function of the mailing in the configuration failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Only our own words in braces: the tool's placeholders stay. */
function filled(text: string | undefined, { name, day }: MailingContext): string | undefined {
  return text?.replace(/(?<!\{)\{(name|day)\}(?!\})/g, (_whole, word: string) => (word === 'name' ? name : day));
}

/** `Acme <news@acme.example>` apart. */
function senderOf(from: string): { readonly name?: string; readonly email: string } {
  const [, name = '', email = from] = /^(.*)<([^<>]+)>\s*$/.exec(from) ?? [];
  return { ...(name.trim() === '' ? {} : { name: name.trim() }), email: email.trim() };
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function mailingKey(run: RunInput, job: NewsletterJob, what: 'draft' | 'send'): string {
  return `${run.integration}/${listName(job)}/${job.name}/${what}`;
}

function problem(deps: ActivityDeps, run: RunInput, deliveryId: string, reason: string): Promise<void> {
  return noteNewsletter(deps.database, run, deliveryId, { problem: { code: 'mailing_failed', reason } });
}
