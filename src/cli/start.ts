import { Command } from 'commander';
import type { Parts } from '../local/parts.ts';
import type { SampleResult } from '../local/samples.ts';
import { keepAlive } from './keep-alive.ts';
import { printable } from './print.ts';

export function startCommand(loadParts: () => Promise<Parts>): Command {
  return new Command('start')
    .description('all of Sluice, with the servers and stand-ins that the environment does not name')
    .addHelpText('after', '\nKeeps its data in SLUICE_HOME (.sluice) and runs until Ctrl-C. On the first start it sends the samples through.')
    .action(async () => {
      await keepAlive('sluice', async (signal) => {
        process.env['SLUICE_LOG'] ??= 'warn'; // the lines below are for people
        const parts = await loadParts();
        const { start } = await import('../local/start.ts');
        const running = await start({ parts, env: process.env, say: (line) => console.log(line), signal });
        if (running.samples.length > 0) console.log('\nWhat became of the samples:');
        running.samples.forEach(printSample);
        printAddresses(running.addresses);
        return { close: running.close, failed: running.failed };
      });
    });
}

/** One line for what came of a sample: how it ended and what was done. Of many records those that ended alike share one. */
function printSample({ integration, sample, event, problem }: SampleResult): void {
  const name = `${integration} < ${sample}`;
  if (event === undefined) {
    console.log(`${name} => ${printable(problem ?? 'not sent')}`);
    return;
  }
  for (const alike of Map.groupBy(event.deliveries, ({ state, code }) => `${state} ${String(code)}`).values()) {
    const { state, code, reason } = alike[0]!;
    const why = [...(alike.length === 1 ? [] : [`${String(alike.length)} records`]), code, reason].filter((part) => part !== undefined).join(': ');
    const done = alike.flatMap(({ effects }) => effects).map((effect) => `${effect.state === 'done' ? '' : `${effect.state}: `}${effect.summary}`);
    console.log(`${name} => ${state}${why === '' ? '' : ` (${printable(why)})`}${done.length === 0 ? '' : `: ${printable(listed(done))}`}`);
  }
}

/** A start over many records does much: the first few things say enough. */
function listed(done: readonly string[]): string {
  return done.length <= MOST_SHOWN ? done.join('; ') : `${done.slice(0, MOST_SHOWN).join('; ')}; and ${String(done.length - MOST_SHOWN)} more`;
}

const MOST_SHOWN = 8;

function printAddresses(addresses: Readonly<Record<string, string>>): void {
  console.log('\nSluice is running.');
  for (const [name, address] of Object.entries(addresses)) console.log(`  ${name.padEnd(15)} ${address}`);
  console.log('\nsluice events shows what came in. Ctrl-C stops it; the data stays.');
}
