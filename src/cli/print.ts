import Table from 'cli-table3';

/** Plain columns without frames, so that a line can be cut and grepped. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): void {
  const frame = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const chars = Object.fromEntries([...frame.map((name) => [name, '']), ['middle', '  ']]) as Record<string, string>;
  const table = new Table({ head: [...head], chars, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } });
  for (const row of rows) table.push(row.map((cell) => printable(cell === undefined ? '' : String(cell))));
  const lines = table.toString().split('\n');
  console.log(lines.map((line) => line.trimEnd()).join('\n'));
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2));
}

/** Text that came from outside, without the control characters that steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
