import { Command } from 'commander';
import { recipientsOf } from '../store/newsletter-ends.ts';
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
    .option('--recipients', 'everybody whom a newsletter was about, and how each of them ended')
    .action(async (id: string, { json, recipients }: { readonly json?: boolean; readonly recipients?: boolean }) => {
      const event = await withDatabase((database) => findEvent(database, id));
      if (event === undefined) throw new CliError(`There is no event ${printable(id)}: sluice events lists the latest.`);
      if (recipients === true) return printRecipients(event.id, json === true);
      if (json === true) return printJson(event);
      printEvent(event);
    });
}

function printEvent(event: EventView): void {
  console.log(`Event ${event.id} from ${printable(event.source)}, ${event.receivedAt}, ${event.contentType}, ${event.bytes} bytes, ${printable(event.verdict)}`);
  for (const delivery of event.deliveries) {
    const end = [delivery.state, delivery.code, delivery.reason].filter((part) => part !== undefined).join(': ');
    console.log(`\n${delivery.integration}  ${printable(end)}\n  delivery ${delivery.id}${delivery.run === undefined ? '' : `, run ${delivery.run}`}`);
    printFindings(delivery.findings ?? []);
    if (delivery.effects.length === 0) continue;
    printTable(
      ['  step', 'target', 'state', 'what', 'outside id', 'reason'],
      delivery.effects.map((effect) => [`  ${effect.step}`, effect.target, effect.state, effect.summary, effect.outsideId, effect.reason]),
    );
  }
}

const FINDINGS_SHOWN = 100;

function printFindings(findings: NonNullable<EventView['deliveries'][number]['findings']>): void {
  if (findings.length === 0) return;
  printTable(['  found', 'what', 'reason'], findings.slice(0, FINDINGS_SHOWN).map(({ name, code, reason }) => [`  ${name}`, code, reason]));
  const more = findings.length - FINDINGS_SHOWN;
  if (more > 0) console.log(`  … and ${more} more: --json shows all.`);
}

const PAGE = 1_000;

/** Page by page; as JSON a line each, since there may be tens of thousands. */
async function printRecipients(eventId: string, isJson: boolean): Promise<void> {
  await withDatabase(async (database) => {
    for (let after: string | undefined; ; ) {
      const page = await recipientsOf(database, eventId, after, PAGE);
      if (after === undefined && page.length === 0) throw new CliError('The event is about no recipients: it is no newsletter, has not read its view yet, or is past its retention.');
      if (isJson) for (const one of page) console.log(JSON.stringify(one));
      else if (page.length > 0) printTable(['outcome', 'name', 'address', 'reason'], page.map(({ state, name, email, says }) => [state, name, email, says]));
      if (page.length < PAGE) return;
      after = page.at(-1)!.recordId;
    }
  });
}
