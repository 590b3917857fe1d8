import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import type { SluiceConfig } from '../config/define-config.ts';
import { loadConfig } from '../config/load.ts';
import type { Fired, ScheduleDesk, ScheduleView } from '../dispatcher/schedule-desk.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printJson, printTable } from './print.ts';
import { withTemporal } from './temporal.ts';

interface Options {
  readonly json?: boolean;
  readonly requestId?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** `sluice schedules`: what starts by the clock, and a person's hand on it. */
export function schedulesCommand(): Command {
  const command = new Command('schedules')
    .description('what starts by the clock: next and last runs, and how the last one ended')
    .option('--json', 'as JSON')
    .action(({ json }: Options) => atDesk(async (desk) => {
      const schedules = await desk.list();
      if (json === true) printJson(schedules);
      else printSchedules(schedules);
    }));
  command
    .command('apply')
    .description("make Temporal's schedules what the configuration says; the dispatcher does so when it starts")
    .option('--json', 'as JSON')
    .action(({ json }: Options) => apply(json ?? command.opts<Options>().json ?? false));
  command
    .command('run').description('fire now, whatever is at work').argument('<schedule>', 'integration/name')
    .option('--request-id <id>', 'the same id is the same firing')
    .action((id: string, { requestId }: Options) => atDesk(async (desk) => printFired([await desk.run(id, request(requestId))])));
  command
    .command('backfill').description('fire for every time of the schedule in a range').argument('<schedule>', 'integration/name')
    .requiredOption('--from <instant>', 'first, as 2026-01-31T00:00:00Z', instant)
    .requiredOption('--to <instant>', 'last', instant)
    .option('--request-id <id>', 'the same id fires each time once only')
    .action((id: string, { from, to, requestId }: Options) => atDesk(async (desk) => printFired(await desk.backfill(id, from!, to!, request(requestId)))));
  for (const verb of ['pause', 'unpause'] as const) {
    command
      .command(verb).description(verb === 'pause' ? 'let it not fire until it is unpaused' : 'let it fire again').argument('<schedule>', 'integration/name')
      .action((id: string) => atDesk(async (desk) => {
        await desk[verb](id, userInfo().username);
        console.log(`${id} is ${verb}d.`);
      }));
  }
  return command;
}

function configured(): Promise<SluiceConfig> {
  return loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
}

async function atDesk(work: (desk: ScheduleDesk) => Promise<void>): Promise<void> {
  const config = await configured();
  const [{ scheduleDesk, UnknownScheduleError }, { scheduleRealm }] = await Promise.all([import('../dispatcher/schedule-desk.ts'), import('../worker/schedules.ts')]);
  try {
    await withTemporal((client) => withDatabase((database) => work(scheduleDesk(database, client, scheduleRealm(config, process.env), Object.values(config.integrations)))));
  } catch (error) {
    if (error instanceof UnknownScheduleError) throw new CliError(error.message);
    throw error;
  }
}

async function apply(json: boolean): Promise<void> {
  const config = await configured();
  const [{ reconcileSchedules }, { scheduleRealm, wantedSchedules }] = await Promise.all([import('../dispatcher/schedules.ts'), import('../worker/schedules.ts')]);
  const realm = scheduleRealm(config, process.env);
  const changes = await withTemporal((client) => reconcileSchedules(client, realm, wantedSchedules(config, realm)));
  if (json) return printJson(changes);
  for (const what of ['created', 'updated', 'removed'] as const) for (const id of changes[what]) console.log(`${what.padEnd(8)} ${id}`);
  console.log(`${String(changes.unchanged.length)} unchanged.`);
  if (changes.refused.length > 0) throw new CliError(changes.refused.map(({ id, reason }) => `${id}: ${reason}`).join('\n'));
}

function request(requestId: string = randomUUID()): { requestId: string; by: string; door: 'sluice schedules' } {
  return { requestId, by: userInfo().username, door: 'sluice schedules' };
}

function printSchedules(schedules: readonly ScheduleView[]): void {
  if (schedules.length === 0) return console.log('The configuration has no schedules.');
  printTable(
    ['schedule', 'when', 'state', 'next', 'last', 'ended', 'note'],
    schedules.map(({ id, when, state, nextAt, last, note }) => [
      id, 'cron' in when ? when.cron : `every ${String(when.everyMs / 1_000)} s`, state, nextAt[0], last?.at,
      last === undefined ? undefined : Object.entries(last.states).map(([end, count]) => `${end} ${String(count)}`).join(', '), note,
    ]),
  );
}

function printFired(fired: readonly Fired[]): void {
  if (fired.length === 0) console.log('The schedule has no time in that range.');
  else printTable(['for', 'event', ''], fired.map(({ nominalAt, eventId, repeat }) => [nominalAt, eventId, repeat ? 'known already' : 'accepted']));
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('an instant such as 2026-01-31T00:00:00Z.');
  return at;
}
