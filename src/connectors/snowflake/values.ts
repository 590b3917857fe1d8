import type { WarehouseRow, WarehouseValue } from '../warehouse.ts';

/** A column as `resultSetMetaData.rowType` names it. */
export interface SnowflakeColumn {
  readonly name: string;
  /** `fixed`, `text`, `date`, … */
  readonly type: string;
}

/** A row of texts with the values they stand for. Source: docs.snowflake.com/en/developer-guide/sql-api/handling-responses. */
export function rowOf(columns: readonly SnowflakeColumn[], cells: readonly (string | null)[]): WarehouseRow {
  return Object.fromEntries(columns.map(({ name, type }, index): [string, WarehouseValue] => [name, valueOf(type.toLowerCase(), cells[index] ?? null)]));
}

/** Days come as days since 1970, times as seconds since then with nine decimals, with a zone's minutes behind. Other values as written. */
function valueOf(type: string, cell: string | null): WarehouseValue {
  if (cell === null) return null;
  switch (type) {
    case 'boolean': return cell === 'true' || cell === '1';
    case 'date': return instant(Number(cell) * 86_400)?.slice(0, 10) ?? cell;
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz': return instant(secondsOf(cell.split(' ')[0]!)) ?? cell;
    default: return cell;
  }
}

/** Without a point, as times with a zone may come, it is nanoseconds. */
function secondsOf(text: string): number {
  return /^-?\d{15,}$/.test(text) ? Number(BigInt(text) / 1_000_000n) / 1000 : Number(text);
}

function instant(seconds: number): string | undefined {
  const at = new Date(Math.round(seconds * 1000));
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
