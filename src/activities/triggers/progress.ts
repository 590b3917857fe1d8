import type { SelectionPlan } from '../../connectors/twenty/index.ts';
import type { Outcome } from '../../domain/delivery.ts';

/** How far a selection has come; kept with the run's item. What is selected stays with the event: it may name 50,000 ids. */
export interface Progress {
  readonly object: string;
  readonly connection: string;
  readonly urgent: boolean;
  /** What a view or filter has come to mean; undefined at the start, and for ids. */
  readonly plan?: SelectionPlan;
  /** Where the next page begins; undefined at the start. */
  readonly cursor?: string;
  readonly selected: number;
  readonly missing: number;
  /** The first of them. */
  readonly missingIds: readonly string[];
  readonly done: boolean;
}

const NAMED = 20;

/** What a page adds to it. */
export function withPage(progress: Progress, page: { readonly selected: number; readonly missing: readonly string[]; readonly cursor: string | undefined }): Progress {
  return {
    ...progress,
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    selected: progress.selected + page.selected,
    missing: progress.missing + page.missing.length,
    missingIds: [...progress.missingIds, ...page.missing].slice(0, NAMED),
    done: page.cursor === undefined,
  };
}

/** `10,000 records selected; 2 ids stand for no record: …` */
export function outcomeOf({ selected, missing, missingIds }: Progress): Outcome {
  const more = missing > missingIds.length ? ` and ${count(missing - missingIds.length)} more` : '';
  const gone = missing === 0 ? '' : `; ${missing === 1 ? '1 id stands' : `${count(missing)} ids stand`} for no record: ${missingIds.join(', ')}${more}`;
  if (selected === 0) return { state: 'skipped', code: 'nothing_selected', reason: `No record is selected${gone}.` };
  return { state: 'succeeded', code: 'selected', reason: `${selected === 1 ? '1 record' : `${count(selected)} records`} selected${gone}.` };
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
