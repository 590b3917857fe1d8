import { findMember, type Member, memberName } from '../../domain/member.ts';
import { normalised } from '../../domain/text.ts';
import type { RunInput } from '../../domain/run.ts';
import type { TaskTime } from '../../config/task-time.ts';
import { dueAfterWorkingDays } from '../../normalise/working-days.ts';
import type { ItemPatch } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { type CreateEnd, createRecords, type RecordCreate, recordId } from './create-records.ts';

/** A task to be made once, on behalf of its members. */
export interface NewTask {
  readonly key: string;
  readonly members: readonly string[];
  /** One line. */
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** ISO 8601 instant. */
  readonly dueAt?: string | undefined;
  /** A workspace member. */
  readonly assigneeId?: string | undefined;
  readonly step?: string;
}

/** Makes tasks; the ends stand in their order. What they are about is linked by `linkRecords`. */
export function makeTasks(
  deps: ActivityDeps, run: RunInput, step: { readonly connection: string; readonly step: string }, tasks: readonly NewTask[],
  patch?: (ends: readonly CreateEnd<'task'>[]) => readonly ItemPatch[],
): Promise<readonly CreateEnd<'task'>[]> {
  const creates = tasks.map(({ key, members, title, body, dueAt, assigneeId, step: own }): RecordCreate => ({
    key, members, summary: `create task “${title}”`, ...(own === undefined ? {} : { step: own }),
    record: {
      id: recordId(key), title, bodyV2: { markdown: normalised(body) }, status: 'TODO',
      ...(dueAt === undefined ? {} : { dueAt }), ...(assigneeId === undefined ? {} : { assigneeId }),
    },
  }));
  return createRecords(deps, run, { ...step, object: 'task', creates }, patch);
}

/** What a task or a note is about. */
export interface RecordLink {
  /** The key of the effect that made the task or note. */
  readonly key: string;
  readonly members: readonly string[];
  /** The id that the task or note really has. */
  readonly id: string;
  /** Ids by the singular name of the object, custom ones too. */
  readonly to: Readonly<Record<string, string | undefined>>;
}

/**
 * Links tasks or notes to people, companies, opportunities and records of custom objects: one record for each. A delivery is a member of one effect of a step, so
 * its further links to records of one kind are steps of their own, in the order of `links`, which must be the same on every attempt. Answers one end for each link: the first that was refused, else done.
 */
export async function linkRecords(
  deps: ActivityDeps, run: RunInput, step: { readonly connection: string; readonly step: string; readonly object: 'taskTarget' | 'noteTarget' }, links: readonly RecordLink[],
): Promise<readonly CreateEnd<'taskTarget' | 'noteTarget'>[]> {
  const counted = new Map<string, number>();
  const planned = links.map((link) => targetsOf(link, step, counted));
  const ends = await createRecords<'taskTarget' | 'noteTarget'>(deps, run, { connection: step.connection, object: step.object, step: step.step, creates: planned.flat() });
  let taken = 0;
  return planned.map((creates) => {
    const own = ends.slice(taken, (taken += creates.length));
    return own.find(({ status }) => status !== 'done' && status !== 'exists') ?? own[0] ?? { status: 'done', id: '', fresh: false };
  });
}

function targetsOf({ key, members, id, to }: RecordLink, { object, step }: { readonly object: 'taskTarget' | 'noteTarget'; readonly step: string }, counted: Map<string, number>): readonly RecordCreate[] {
  const [noun, own] = object === 'taskTarget' ? ['task', 'taskId'] : ['note', 'noteId'];
  const others = Object.keys(to).filter((what) => !USUAL.includes(what)).sort();
  return [...USUAL, ...others].flatMap((what): RecordCreate[] => {
    const target = to[what];
    if (target === undefined) return [];
    const field = `target${what.charAt(0).toUpperCase()}${what.slice(1)}Id`;
    const linkKey = `${key}-${what}-${target}`;
    const counter = `${what} of ${members[0] ?? ''}`;
    const ordinal = (counted.get(counter) ?? 0) + 1;
    counted.set(counter, ordinal);
    const ownStep = `${step} to ${what}${ordinal === 1 ? '' : ` ${String(ordinal)}`}`;
    return [{ key: linkKey, step: ownStep, summary: `link the ${noun} to the ${what}`, members, record: { id: recordId(linkKey), [own]: id, [field]: target } }];
  });
}

const USUAL: readonly string[] = ['person', 'company', 'opportunity'];

/** When a task is due that is made at `fromMs`. */
export function dueAt(fromMs: number, time: TaskTime): string {
  return dueAfterWorkingDays(fromMs, time.dueInWorkingDays, { ...time, timeZone: time.timeZone ?? 'UTC' });
}

/** Who gets a task: the owner by id, else the member that the settings name, and a remark when there is no such member. */
export function assigneeOf<M extends Member>(
  members: readonly M[], ownerId: string | undefined, otherwise: string | undefined,
): { readonly id: string | undefined; readonly name: string | undefined; readonly remark: string | undefined } {
  const member = members.find(({ id }) => id === ownerId) ?? (otherwise === undefined ? undefined : findMember(members, otherwise));
  const remark = member === undefined && otherwise !== undefined ? `Nobody in the workspace is called ${otherwise}, so the task has no assignee.` : undefined;
  return { id: member?.id, name: member === undefined ? undefined : memberName(member), remark };
}
