import { Command } from 'commander';
import { findEvent } from '../store/views.ts';
import type { EventView } from '../store/views.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable, printJson, printTable } from './print.ts';

export function eventCommand(): Command {
  return new Command('event')
    .description('one event: its deliveries, how they ended and what was done outside')
    .argument('<id>', 'the id the gateway answered with')
    .option('--json', 'as JSON')
    .action(async (id: string, { json }: { readonly json?: boolean }) => {
      const event = await withDatabase((database) => findEvent(database, id));
      if (event === undefined) throw new CliError(`There is no event ${printable(id)}: sluice events lists the latest.`);
      if (json === true) return printJson(event);
      printEvent(event);
    });
}

function printEvent(event: EventView): void {
  console.log(`Event ${event.id} from ${printable(event.source)}, ${event.receivedAt}, ${event.contentType}, ${event.bytes} bytes, ${printable(event.verdict)}`);
  for (const delivery of event.deliveries) {
    const end = [delivery.state, delivery.code, delivery.reason].filter((part) => part !== undefined).join(': ');
    console.log(`\n${delivery.integration}  ${printable(end)}\n  delivery ${delivery.id}${delivery.run === undefined ? '' : `, run ${delivery.run}`}`);
    if (delivery.effects.length === 0) continue;
    printTable(
      ['  step', 'target', 'state', 'what', 'outside id', 'reason'],
      delivery.effects.map((effect) => [`  ${effect.step}`, effect.target, effect.state, effect.summary, effect.outsideId, effect.reason]),
    );
  }
}
