import type { RunInput } from '../../domain/run.ts';
import { type Both, isBlank, same, type Side, type SyncWrite, type Values } from '../../domain/sync.ts';
import { patchItems } from '../../store/items.ts';
import { addLinks, changeLinks, type LinkChange, type NewLink } from '../../store/links.ts';
import { closeConflicts, keepConflicts, type NewConflict, openConflicts } from '../../store/sync-conflicts.ts';
import { baseAfter } from '../../workflows/bidirectional-sync/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { WITNESS_MS } from './evidence.ts';
import { loadPairs, type Pair, type PairItem, syncOf } from './pair-item.ts';
import { noteGaps, wakeWaiting } from './waiting.ts';

/** So many writes of a pair are remembered. */
const MOST_WRITES = 8;

/**
 * Stores what both sides hold now that the writes are through: bases, new links, conflicts that opened, conflicts that are settled. A
 * link that another run has changed meanwhile is left as that one stored it, and the pair is looked at again.
 */
export async function keepPairs(deps: ActivityDeps, run: RunInput): Promise<{ opened: number; closed: number }> {
  if (run.dryRun) return { opened: 0, closed: 0 };
  const pairs = await loadPairs(deps, run);
  const made = await keepNewLinks(deps, run, pairs.filter(({ data }) => data.make !== undefined && data.again === undefined));
  const planned = pairs.filter(({ data }) => data.plan !== undefined && data.link !== undefined);
  const changes = planned.map(({ data }): LinkChange => {
    const link = data.link!;
    const base = baseAfter(link.base, data.plan!, { twenty: data.twenty!, external: data.external! }, { twenty: data.returned?.twenty ?? {}, external: data.returned?.external ?? {} });
    return { ...link, base, state: data.plan!.conflicts.length > 0 ? 'conflict' : 'in-step', missingSide: undefined, externalVersion: data.externalVersion ?? data.external?.version, written: writtenOf(data) };
  });
  const moved = changes.filter((change, index) => hasNews(change, planned[index]!));
  const stored = await changeLinks(deps.database, run, moved);
  const lost = planned.filter(({ data }) => moved.some(({ id }) => id === data.link!.id) && !stored.has(data.link!.id));
  await patchItems(deps.database, run, lost.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { again: 'Another run worked on the same pair.' } satisfies Partial<PairItem> })));
  const kept = planned.filter((pair) => !lost.includes(pair));
  await noteGaps(deps, run, [...made, ...kept]);
  await wakeWaiting(deps, run, pairs);
  return keepOpenConflicts(deps, run, kept);
}

function hasNews(change: LinkChange, { data }: Pair): boolean {
  const link = data.link!;
  return link.state !== change.state || !same(link.base as never, change.base as never) || !same(link.written as never, change.written as never) || (change.externalVersion !== undefined && change.externalVersion !== link.externalVersion);
}

/** The last writes of a pair: those that are too old to have covered what is not known yet are forgotten, and fields of which a covered edit was judged. */
function writtenOf({ link, judged = [], wroteTwenty, wroteExternal }: PairItem): readonly SyncWrite[] {
  const isJudged = (side: Side, field: string): boolean => judged.some((one) => one.side === side && one.field === field);
  const before = (link?.written ?? []).filter(({ atMs }) => atMs > Date.now() - WITNESS_MS)
    .map((write) => ({ ...write, fields: Object.fromEntries(Object.entries(write.fields).filter(([field]) => !isJudged(write.side, field))) }));
  const now = [wroteTwenty, wroteExternal].filter((write) => write !== undefined);
  return [...before, ...now].filter(({ fields }) => Object.keys(fields).length > 0).slice(-MOST_WRITES);
}

/** Links what was made; answers those pairs. */
async function keepNewLinks(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  const { settings } = syncOf(deps, run);
  const made = pairs.filter(({ data }) => data.twentyId !== undefined && data.externalId !== undefined && data.twenty != null && data.external != null);
  const links = made.map(({ data }): NewLink => {
    const there = { twenty: data.twenty!.values, external: data.external!.values };
    // A relation that could not be set yet was never in step.
    const unset = Object.keys(settings.fields).filter((name) => settings.fields[name]!.link !== undefined && isBlank(there.twenty[name] ?? null) !== isBlank(there.external[name] ?? null));
    const base = { twenty: without(there.twenty, unset), external: without(there.external, unset) };
    return { twentyId: data.twentyId!, externalId: data.externalId!, state: 'in-step', base, externalVersion: data.external!.version };
  });
  const added = new Set((await addLinks(deps.database, run, run.integration, links)).map(({ twentyId }) => twentyId));
  const taken = made.filter(({ data }) => !added.has(data.twentyId!));
  await patchItems(deps.database, run, taken.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { again: 'It was linked by another run.' } satisfies Partial<PairItem> })));
  return made.filter((pair) => !taken.includes(pair));
}

function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

async function keepOpenConflicts(deps: ActivityDeps, run: RunInput, pairs: readonly Pair[]): Promise<{ opened: number; closed: number }> {
  const known = await openConflicts(deps.database, pairs.map(({ data }) => data.link!.id));
  const wanted = pairs.flatMap(({ data }) => data.plan!.conflicts.map(({ field, base, now, lost }): NewConflict => ({
    linkId: data.link!.id, field, base, twenty: now.twenty, external: now.external, lostSide: lost?.side,
    twentyBy: lost?.side === 'twenty' ? lost.by : data.twenty!.changedBy, twentyAtMs: lost?.side === 'twenty' ? lost.atMs : data.twenty!.changedAtMs,
    externalAtMs: lost?.side === 'external' ? lost.atMs : data.external!.changedAtMs,
  })));
  const isOpen = (linkId: string, field: string): boolean => wanted.some((one) => one.linkId === linkId && one.field === field);
  const closed = known.filter(({ linkId, field }) => !isOpen(linkId, field));
  await closeConflicts(deps.database, run, closed.map(({ id, resolution }) => ({ id, because: resolution === undefined ? 'equal' : 'decided' })));
  const news = wanted.filter(({ linkId, field, twenty, external }) => !known.some((one) => one.linkId === linkId && one.field === field && sameBoth(one, { twenty, external })));
  const opened = await keepConflicts(deps.database, run, run.integration, news);
  // A task that Twenty did not take, or that tells of values which are no longer so.
  const untold = known.filter(({ linkId, field, told }) => !told && isOpen(linkId, field)).length;
  return { opened: opened.filter(({ taskId }) => taskId === undefined).length + untold, closed: closed.filter(({ taskId }) => taskId !== undefined).length };
}

function sameBoth(a: Both, b: Both): boolean {
  return same(a.twenty, b.twenty) && same(a.external, b.external);
}
