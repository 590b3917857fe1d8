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
        running.samples.forEach(printSample);
        printAddresses(running.addresses);
        return { close: running.close, failed: running.failed };
      });
    });
}

function printSample({ integration, sample, event, problem }: SampleResult): void {
  console.log(`\n${integration} < ${sample}`);
  if (event === undefined) {
    console.log(`  ${printable(problem ?? 'not sent')}`);
    return;
  }
  for (const delivery of event.deliveries) {
    for (const effect of delivery.effects) console.log(`  ${effect.target.padEnd(8)} ${effect.state.padEnd(9)} ${printable(effect.summary)}`);
    const reason = [delivery.code, delivery.reason].filter((part) => part !== undefined).join(': ');
    console.log(`  => ${delivery.state}${reason === '' ? '' : ` (${printable(reason)})`}`);
  }
}

function printAddresses(addresses: Readonly<Record<string, string>>): void {
  console.log('\nSluice is running.');
  for (const [name, address] of Object.entries(addresses)) console.log(`  ${name.padEnd(15)} ${address}`);
  console.log('\nsluice events shows what came in. Ctrl-C stops it; the data stays.');
}
