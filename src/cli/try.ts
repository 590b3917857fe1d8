import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Integration, Sample } from '../config/use-case.ts';
import type { NewEvent } from '../domain/event.ts';
import type { Parts } from '../local/parts.ts';
import { findDatabaseUrl, withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable, printJson, printTable } from './print.ts';
import { nothingToTry, recordTrial, sampleEvent } from './trial-event.ts';
import { tryOut } from './trial.ts';
import type { Trial } from './trial.ts';

interface TryOptions {
  readonly sample?: string;
  readonly record?: string;
  readonly contentType?: string;
  readonly json?: boolean;
}

export function tryCommand(loadParts: () => Promise<Parts>): Command {
  return new Command('try')
    .description('a dry run: every write, mail and call there would be, and none of them made')
    .argument('<integration>', 'its name in the configuration')
    .option('--sample <file>', 'a payload from a file (of records: an event as Twenty posts it), or one of the samples by name; all samples when left out')
    .option('--record <id>', 'a record that is in Twenty, where the integration runs over records')
    .option('--content-type <type>', 'of the file, when its ending does not say (.json, .txt for a form)')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nReads are real. Runs on the Sluice that DATABASE_URL or SLUICE_HOME leads to; when none runs, on one started for this.')
    .action(async (name: string, options: TryOptions) => {
      const trials = await withRunning(loadParts, () => tryAll(name, options));
      if (options.json === true) printJson(trials);
      else trials.forEach(printTrial);
      // A sample's record need not be in Twenty; one that was named should be.
      const fine = options.record === undefined ? ['dry_run', 'deleted'] : ['dry_run'];
      const failed = trials.some(({ event }) => plans(event).some(({ state, code }) => state !== 'skipped' || !fine.includes(code ?? '')));
      if (failed) process.exitCode = 1;
    });
}

async function tryAll(name: string, options: TryOptions): Promise<readonly Trial[]> {
  const { integrations } = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
  const integration = integrations[name];
  if (integration === undefined) {
    throw new CliError(`There is no integration ${printable(name)}. The configuration has: ${Object.keys(integrations).join(', ')}.`);
  }
  const events = await eventsOf(integration, options);
  return withDatabase((database) => Promise.all(events.map(({ sample, event }) => tryOut(database, integration, sample, event))));
}

async function eventsOf(integration: Integration, options: TryOptions): Promise<readonly { readonly sample: string; readonly event: NewEvent }[]> {
  const { record, sample } = options;
  if (record !== undefined && sample !== undefined) throw new CliError('Say --sample or --record, not both.', { exitCode: 2 });
  if (record !== undefined) return [{ sample: `record ${record}`, event: recordTrial(integration, record) }];
  const samples = samplesOf(integration, options);
  if (samples.length === 0) throw new CliError(nothingToTry(integration));
  return Promise.all(samples.map(async (one) => ({ sample: one.name, event: await sampleEvent(integration, one) })));
}

/** Beside a Sluice that runs, or with one of our own that is up for the time of the work. */
async function withRunning<T>(loadParts: () => Promise<Parts>, work: () => Promise<T>): Promise<T> {
  if (findDatabaseUrl() !== undefined) return work();
  process.env['SLUICE_LOG'] ??= 'warn';
  process.env['PORT'] = '0';
  const say = (line: string): void => console.error(line); // standard output is for the answer
  const { start } = await import('../local/start.ts');
  const running = await start({ parts: await loadParts(), env: process.env, say, signal: new AbortController().signal, samples: 'keep' });
  try {
    return await work();
  } finally {
    await running.close();
  }
}

function samplesOf({ name, useCase }: Integration, { sample, contentType }: TryOptions): readonly Sample[] {
  if (sample === undefined) return useCase.samples;
  const known = useCase.samples.find((one) => one.name === sample);
  if (known !== undefined) return [known];
  if (!existsSync(sample)) {
    throw new CliError(`There is no file ${printable(sample)}, and ${name} has no such sample. It has: ${useCase.samples.map((one) => one.name).join(', ')}.`);
  }
  const body = readFileSync(sample, 'utf8');
  return [{ name: path.basename(sample), contentType: contentType ?? guessType(sample, body), body }];
}

function guessType(file: string, body: string): string {
  const looksLikeJson = /^\s*[[{]/.test(body);
  return path.extname(file) === '.json' || looksLikeJson ? 'application/json' : 'application/x-www-form-urlencoded';
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

/** What chose the records made no plan itself. */
function plans({ deliveries }: Trial['event']): Trial['event']['deliveries'] {
  return deliveries.filter(({ code }) => code !== 'selected');
}

function printTrial({ integration, sample, event }: Trial): void {
  for (const delivery of plans(event)) {
    console.log(`\n${integration} < ${sample}: ${[delivery.state, delivery.code, delivery.reason].filter((part) => part !== undefined).map(printable).join(', ')}`);
    if (delivery.effects.length > 0) printTable(['  system', 'step', 'what'], delivery.effects.map((effect) => [`  ${effect.target}`, effect.step, effect.summary]));
    if (delivery.code === 'deleted' && plans(event).length === event.deliveries.length) console.log('  Only a record that is in Twenty has a plan: --record <id> tries one.');
    const targets = [...new Set(delivery.effects.map((effect) => effect.target))];
    const counts = targets.map((target) => {
      const effects = delivery.effects.filter((effect) => effect.target === target);
      // Links to people and to companies go out in one call.
      return `${target} ${effects.length} in ${calls(new Set(effects.map((effect) => effect.step.split(' to ')[0])).size)}`;
    });
    if (delivery.runCalls !== undefined) console.log(`  Looked up in ${calls(delivery.runCalls)}, which were made.`);
    console.log(`  ${counts.length === 0 ? 'No change anywhere.' : `Changes: ${counts.join('; ')}. None was made.`}`);
  }
}
