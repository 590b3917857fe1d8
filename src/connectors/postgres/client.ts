import pg from 'pg';
import Cursor from 'pg-cursor';
import { behind, keysetOf, keysetPage } from '../keyset.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseCall, WarehouseRow } from '../warehouse.ts';
import { queryOf } from '../warehouse-cursor.ts';
import { postgresFault } from './faults.ts';
import { openCounterpart } from './counterpart.ts';
import { sessionOf } from './session.ts';
import type { PostgresSettings } from './settings.ts';

/** All values as PostgreSQL writes them, but for yes and no: no digit is lost, and a value goes back as it came. */
const AS_TEXT = { getTypeParser: (oid: number) => (oid === 16 ? (text: string): boolean => text === 't' : (text: string): string => text) } as unknown as pg.CustomTypesConfig;

/**
 * Reads PostgreSQL: page behind page in an order, each in a read-only transaction of its own, or, without an order, in one go through a
 * cursor on the server.
 */
export const openPostgres: OpenTool<PostgresSettings> = (settings, context) => {
  const password = context.secret(settings.password);
  const ca = settings.ca === undefined ? undefined : context.secret(settings.ca);

  /** A connection in a read-only transaction; whatever is read in it is of one moment. */
  const begin = async (call: WarehouseCall): Promise<{ readonly client: pg.Client; end(): Promise<void> }> => {
    const client = new pg.Client(sessionOf(settings, context, password(), ca?.()));
    // Whatever breaks the connection fails what waits for it; without a listener it would end the process.
    client.on('error', () => undefined);
    const end = (): Promise<void> => client.end().catch(() => undefined);
    const stop = (): void => void end();
    call.signal?.addEventListener('abort', stop, { once: true });
    const ended = async (): Promise<void> => {
      call.signal?.removeEventListener('abort', stop);
      await end();
    };
    try {
      await client.connect();
      await client.query('begin transaction isolation level repeatable read read only');
      await client.query("select set_config('statement_timeout', $1, true)", [String(settings.queryTimeout * 1000)]);
      return { client, end: ended };
    } catch (error) {
      await ended();
      throw postgresFault(error);
    }
  };

  const warehouse: Warehouse = {
    service: 'postgres',
    async readPage(source, cursor, call) {
      const keyset = keysetOf('postgres', source, cursor);
      await call.pace(1);
      const column = (name: string): string => pg.escapeIdentifier(name);
      const where = keyset.after === undefined ? '' : ` where ${behind(source.orderBy, column, (index) => `$${String(index + 1)}`)}`;
      const text = `select * from (\n${queryOf('postgres', source)}\n) as sluice_rows${where} order by ${source.orderBy.map(column).join(', ')} limit ${String(source.pageRows + 1)}`;
      const { client, end } = await begin(call);
      try {
        const { rows } = await client.query<WarehouseRow>({ text, values: keyset.after === undefined ? [] : [...keyset.after], types: AS_TEXT });
        return keysetPage('postgres', source, rows);
      } catch (error) {
        throw postgresFault(error);
      } finally {
        await end();
      }
    },
    async *stream(source, call) {
      await call.pace(1);
      const { client, end } = await begin(call);
      try {
        const cursor = client.query(new Cursor<WarehouseRow>(queryOf('postgres', source), [], { types: AS_TEXT }));
        for (let rows = await cursor.read(source.pageRows); rows.length > 0; rows = await cursor.read(source.pageRows)) yield rows;
      } catch (error) {
        throw postgresFault(error);
      } finally {
        await end();
      }
    },
  };
  return { warehouse, ...openCounterpart(settings, context) };
};
