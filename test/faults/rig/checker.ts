import type { SandboxMail } from '../../../src/sandbox/mail/index.ts';
import type { SandboxTwenty } from '../../../src/sandbox/twenty/index.ts';
import type { Accepted, Sender } from './sender.ts';

/** What the checker looks at: the stand-ins' own books, and what the gateway tells any stranger. Nothing of Sluice's inside. */
export interface Evidence {
  readonly twenty: SandboxTwenty;
  readonly mail: SandboxMail;
  readonly sender: Sender;
}

type Record_ = Readonly<Record<string, unknown>>;

/** Everything that is not as promised, one line each; empty when nothing was lost and nothing happened twice. */
export async function findFaults({ twenty, mail, sender }: Evidence): Promise<readonly string[]> {
  const { accepted } = sender;
  const tasks = tasksByMark(twenty, accepted);
  return [
    ...(await endFaults(sender)),
    ...peopleFaults(twenty, accepted),
    ...taskFaults(twenty, accepted, tasks),
    ...orderFaults(twenty, accepted, tasks),
    ...mailFaults(mail, accepted),
    ...ledgerFaults(twenty, mail),
  ];
}

/** Nothing was refused for good in these runs, so every event ends in success, in one delivery, and leaves no effect open. */
async function endFaults(sender: Sender): Promise<readonly string[]> {
  const told = await Promise.all(sender.accepted.map(async ({ mark, eventId }) => ({ mark, event: await sender.event(eventId) })));
  return told.flatMap(({ mark, event: { deliveries } }) => {
    const [delivery] = deliveries;
    if (deliveries.length !== 1) return [`${mark}: has ${String(deliveries.length)} deliveries`];
    if (delivery?.state !== 'succeeded') return [`${mark}: ended as ${delivery?.state ?? ''} (${delivery?.code ?? ''}: ${delivery?.reason ?? ''})`];
    return delivery.effects.filter(({ state }) => state !== 'done' && state !== 'rejected').map(({ step, state }) => `${mark}: ended while its ${step} is ${state}`);
  });
}

function peopleFaults(twenty: SandboxTwenty, accepted: readonly Accepted[]): readonly string[] {
  const people = Map.groupBy(live(twenty, 'people'), (person) => emailOf(person));
  const wanted = new Set(accepted.map(({ email }) => email));
  return [
    ...[...wanted].flatMap((email) => unlessOne(people.get(email)?.length ?? 0, `people with ${email}`)),
    ...[...wanted].flatMap((email) => {
      const jobTitle = accepted.find((one) => one.email === email && one.jobTitle !== undefined)?.jobTitle;
      return jobTitle === undefined || people.get(email)?.[0]?.['jobTitle'] === jobTitle ? [] : [`${email}: the job title was not filled in`];
    }),
    ...[...people.keys()].filter((email) => !wanted.has(email)).map((email) => `nobody asked for the person ${email}`),
  ];
}

function taskFaults(twenty: SandboxTwenty, accepted: readonly Accepted[], tasks: ReadonlyMap<string, readonly Record_[]>): readonly string[] {
  const links = Map.groupBy(live(twenty, 'taskTargets'), (link) => String(link['taskId']));
  const personIds = new Map(live(twenty, 'people').map((person) => [emailOf(person), person['id']]));
  const companies = new Map(live(twenty, 'companies').map((company) => [String(company['name']), company['id']]));
  const strays = live(twenty, 'tasks').length - [...tasks.values()].reduce((sum, found) => sum + found.length, 0);
  return [
    ...(strays === 0 ? [] : [`${String(strays)} tasks that nobody asked for`]),
    ...accepted.flatMap(({ mark, email, company }) => {
      const [task] = tasks.get(mark) ?? [];
      if (tasks.get(mark)?.length !== 1 || task === undefined) return [`${mark}: ${String(tasks.get(mark)?.length ?? 0)} tasks`];
      const own = links.get(String(task['id'])) ?? [];
      const toPerson = own.filter((link) => link['targetPersonId'] === personIds.get(email)).length;
      const toCompany = own.filter((link) => company !== undefined && link['targetCompanyId'] === companies.get(company)).length;
      const expected = company === undefined ? 1 : 2;
      return own.length === expected && toPerson === 1 && toCompany === expected - 1 ? [] : [`${mark}: its task has ${String(own.length)} links, ${String(toPerson)} to the person`];
    }),
    ...[...new Set(accepted.flatMap(({ company }) => company ?? []))].flatMap((name) =>
      unlessOne(live(twenty, 'companies').filter((company) => company['name'] === name).length, `companies called ${name}`)),
  ];
}

/** Tasks of one person and form are made in the order in which the forms were accepted. */
function orderFaults(twenty: SandboxTwenty, accepted: readonly Accepted[], tasks: ReadonlyMap<string, readonly Record_[]>): readonly string[] {
  const places = new Map(twenty.ledger.written('created').map((id, place) => [id, place]));
  const placeOf = ({ mark }: Accepted): number => places.get(String(tasks.get(mark)?.[0]?.['id'])) ?? -1;
  const lanes = Map.groupBy(accepted, ({ integration, email }) => `${integration} ${email}`);
  return [...lanes.values()].flatMap((lane) =>
    lane.flatMap((one, index) => {
      const before = lane[index - 1];
      return before !== undefined && placeOf(before) > placeOf(one) ? [`${one.mark}: its task came before the one of ${before.mark}`] : [];
    }));
}

/** Every submission is told of in exactly one mail, and every mail that was sent tells of one. */
function mailFaults(mail: SandboxMail, accepted: readonly Accepted[]): readonly string[] {
  const texts = mail.mails().map(({ text }) => text ?? '');
  return [
    ...accepted.flatMap(({ mark }) => unlessOne(texts.filter((text) => text.includes(`${mark}.`)).length, `mails that tell of ${mark}`)),
    ...texts.filter((text) => !accepted.some(({ mark }) => text.includes(`${mark}.`))).map(() => 'a mail about nothing'),
  ];
}

/** No record written twice, nothing deleted or revived on the way, no call over budget. */
function ledgerFaults(twenty: SandboxTwenty, mail: SandboxMail): readonly string[] {
  const { ledger } = twenty;
  const twice = (ids: readonly string[], what: string): readonly string[] =>
    [...Map.groupBy(ids, (id) => id)].flatMap(([id, times]) => (times.length === 1 ? [] : [`${id} was ${what} ${String(times.length)} times`]));
  return [
    ...twice(ledger.written('created'), 'created'),
    ...twice(ledger.written('updated'), 'updated'),
    ...(['deleted', 'destroyed', 'restored', 'revived'] as const).flatMap((kind) => ledger.written(kind).map((id) => `${id} was ${kind}`)),
    ...ledger.refusals().map(({ operation }) => `Twenty refused ${operation}: over budget`),
    ...mail.ledger.filter(({ status }) => status === 429).map(() => 'Resend refused a mail: over budget'),
  ];
}

function tasksByMark(twenty: SandboxTwenty, accepted: readonly Accepted[]): ReadonlyMap<string, readonly Record_[]> {
  const bodies = live(twenty, 'tasks').map((task) => ({ task, text: String((task['bodyV2'] as { markdown?: string } | null)?.markdown ?? '') }));
  return new Map(accepted.map(({ mark }) => [mark, bodies.filter(({ text }) => text.includes(`${mark}.`)).map(({ task }) => task)]));
}

function live(twenty: SandboxTwenty, objects: string): readonly Record_[] {
  return twenty.records(objects).filter((record) => record['deletedAt'] === null);
}

function emailOf(person: Record_): string {
  return (person['emails'] as { primaryEmail: string }).primaryEmail;
}

function unlessOne(count: number, what: string): readonly string[] {
  return count === 1 ? [] : [`${String(count)} ${what}`];
}
