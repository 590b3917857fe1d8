import { ApplicationFailure } from '@temporalio/activity';
import type { RunInput } from '../../domain/run.ts';
import { openFiles as openInStore } from '../../store/data-files.ts';
import type { ActivityDeps } from '../deps.ts';
import { dataOf } from './data-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedFiles {
  readonly connections: { readonly twenty: string; readonly feed?: string; readonly mail?: string };
  /** Bodies that are to be read, and feeds that are to be fetched. */
  readonly bodies: number;
  readonly feeds: number;
}

/** Takes up the files of the set. */
export async function openFiles(deps: ActivityDeps, run: RunInput): Promise<OpenedFiles> {
  const { twenty, pull, badRows } = dataOf(deps, run).settings;
  const files = await openInStore(deps.database, run, run.integration, run.dryRun);
  const open = files.filter(({ state }) => state === 'reading');
  return {
    connections: { twenty, ...(pull === undefined ? {} : { feed: pull.feed }), ...(badRows === undefined ? {} : { mail: badRows.mail }) },
    bodies: open.filter(({ pulled }) => !pulled).length,
    feeds: open.filter(({ pulled }) => pulled).length,
  };
}

/** Refuses to begin when the workspace lacks a field: all rows would fail by it. Costs no token. */
export async function checkFields(deps: ActivityDeps, run: RunInput): Promise<void> {
  const { settings } = dataOf(deps, run);
  const objects = await deps.twenty(settings.twenty).metadata.objects();
  const missing = [settings.write, ...Object.values(settings.routes)].flatMap((target) => {
    const known = new Set(objects.find(({ nameSingular }) => nameSingular === target.object)?.fields?.filter(({ isActive }) => isActive).map(({ name }) => name));
    const named = [...Object.keys(target.fields).map((path) => path.split('.')[0]!), ...(target.tags === undefined ? [] : [target.tags])];
    return [...new Set(named)].filter((name) => !known.has(name) && !known.has(name.replace(/Id$/, ''))).map((name) => `${target.object}.${name}`);
  });
  if (missing.length === 0) return;
  const what = missing.length === 1 ? `the field ${missing[0]!}` : `the fields ${missing.join(', ')}`;
  throw ApplicationFailure.nonRetryable(`Twenty has not ${what}. Make it in Twenty, or name another field in the configuration; then retry.`, 'field_missing');
}
