import { Command, InvalidArgumentError, Option } from 'commander';
import { listEvents } from '../store/views.ts';
import type { EventQuery } from '../store/views.ts';
import { withDatabase } from './database.ts';
import { printJson, printTable } from './print.ts';

const states = ['pending', 'running', 'waiting', 'held', 'succeeded', 'skipped', 'failed', 'superseded', 'discarded'] as const;

export function eventsCommand(): Command {
  return new Command('events')
    .description('what came in and how it ended, newest first')
    .option('--integration <name>', 'only events for this integration')
    .addOption(new Option('--state <state>', 'only with a delivery in this state').choices(states))
    .option('--code <code>', 'only with a delivery of this outcome code')
    .option('--before <event>', 'continue behind this event id')
    .option('--limit <n>', 'how many', positive, 50)
    .option('--json', 'as JSON')
    .action(async ({ json, ...query }: EventQuery & { readonly json?: boolean }) => {
      const events = await withDatabase((database) => listEvents(database, query));
      if (json === true) return printJson(events);
      const rows = events.flatMap((event) =>
        event.deliveries.length === 0
          ? [[event.receivedAt, event.id, event.source, '', 'nobody wants it', '', '']]
          : event.deliveries.map((delivery) => [event.receivedAt, event.id, event.source, delivery.integration, delivery.state, delivery.code, delivery.reason]),
      );
      if (rows.length === 0) console.log('No events.');
      else printTable(['received', 'event', 'source', 'integration', 'state', 'code', 'reason'], rows);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) throw new InvalidArgumentError('a whole number from 1 to 1000.');
  return value;
}
