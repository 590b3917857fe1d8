import { pino } from 'pino';

/** One structured line per event on stderr; `SLUICE_LOG` sets the level (default `info`). */
export const logger = pino({ level: process.env['SLUICE_LOG'] ?? 'info', base: null }, pino.destination({ fd: 2, sync: false }));

/** The shape in which the rooms log: an event's name and the glossary's fields. */
export function log(event: string, fields: Record<string, unknown>): void {
  logger.info(fields, event);
}
