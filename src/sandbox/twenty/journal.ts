import { appendFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldModel, ObjectFacts, ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import type { KeptViews } from './views-rows.ts';
import type { Webhook, Webhooks } from './webhooks.ts';
import type { Workspace } from './workspace.ts';

/** One line of the journal. */
type Line =
  | { readonly put: string; readonly record: StoredRecord }
  | { readonly destroy: string; readonly id: string }
  | { readonly object: ObjectFacts; readonly fields: readonly FieldModel[] }
  | { readonly webhooks: readonly Webhook[] }
  | { readonly views: KeptViews };

/**
 * Keeps a workspace in `twenty.jsonl`: every commit is appended before its call is answered; on start the file is read and
 * written anew without what was overwritten. A last line that was cut by a crash is left out.
 */
export function keepJournal(dataDir: string, workspace: Workspace, webhooks: Webhooks): void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'twenty.jsonl');
  if (existsSync(path)) for (const line of readLines(path)) apply(workspace, webhooks, line);
  compact(path, workspace, webhooks);
  const append = (lines: readonly Line[]): void => appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  workspace.onChanges((changes) => append(changes.map(({ object, before, after }) =>
    after === undefined ? { destroy: object.nameSingular, id: before?.id ?? '' } : { put: object.nameSingular, record: after })));
  workspace.onModel((object) => append([modelLine(object)]));
  webhooks.onChange(() => append([{ webhooks: webhooks.list() }]));
  workspace.views.onChange(() => append([{ views: workspace.views.kept() }]));
}

function readLines(path: string): Line[] {
  return readFileSync(path, 'utf8').split('\n').flatMap((text): Line[] => {
    try {
      return text === '' ? [] : [JSON.parse(text) as Line];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
}

function apply(workspace: Workspace, webhooks: Webhooks, line: Line): void {
  if ('webhooks' in line) webhooks.load(line.webhooks);
  else if ('views' in line) workspace.views.load(line.views);
  else if ('fields' in line) workspace.setObject(line.object, line.fields);
  else if ('put' in line) workspace.table(line.put).put(line.record);
  else workspace.table(line.destroy).destroy(line.id);
}

function compact(path: string, workspace: Workspace, webhooks: Webhooks): void {
  const file = openSync(`${path}.new`, 'w');
  const write = (line: Line): void => void writeSync(file, `${JSON.stringify(line)}\n`);
  for (const object of workspace.objects()) write(modelLine(object));
  write({ webhooks: webhooks.list() });
  write({ views: workspace.views.kept() });
  for (const object of workspace.objects()) for (const record of workspace.table(object.nameSingular).all()) write({ put: object.nameSingular, record });
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

function modelLine({ facts, fields }: ObjectModel): Line {
  return { object: facts, fields };
}
