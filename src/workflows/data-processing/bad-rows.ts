import type { RowCounts } from './contract.ts';
import { countWords, grouped } from './wording.ts';

interface BadRows {
  readonly integration: string;
  readonly eventId: string;
  readonly counts: RowCounts;
  readonly samples: readonly { readonly row: number; readonly line: number | undefined; readonly code: string; readonly path: string; readonly value: string | undefined }[];
  /** Columns whose values may be shown; of the others the mail says only where they are. */
  readonly showValues: readonly string[];
}

/** The mail about a file with many bad rows: counts by code, some examples, and how to get at them all. */
export function badRowsMail({ integration, eventId, counts, samples, showValues }: BadRows): { readonly subject: string; readonly text: string } {
  const rejected = counts.byState['rejected'] ?? 0;
  const codes = Object.entries(counts.codes).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const lines = codes.flatMap(([code, times]) => [
    `${code}: ${grouped(times)} ${times === 1 ? 'row' : 'rows'}`,
    ...samples.filter((one) => one.code === code).map(({ row, line, path, value }) => {
      const place = `  row ${grouped(row)}${line === undefined ? '' : ` (line ${grouped(line)})`}`;
      const shown = value !== undefined && showValues.includes(path) ? `: ${value}` : '';
      return `${place}${path === '' ? '' : `, ${path}`}${shown}`;
    }),
  ]);
  return {
    subject: `${integration}: ${grouped(rejected)} of ${grouped(counts.total)} rows rejected`,
    text: [
      `${countWords(counts)}.`,
      lines.join('\n'),
      `All of them, to be corrected:\n  sluice rows ${eventId} --rejected --format csv > rejected.csv\nThen send them again; rows that are done are not done twice:\n  sluice rows resubmit rejected.csv --integration ${integration}`,
    ].join('\n\n'),
  };
}
