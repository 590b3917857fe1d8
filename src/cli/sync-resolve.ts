import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { Value } from '../domain/sync.ts';
import { CliError } from './failure.ts';
import { printable, printJson } from './print.ts';
import { atSyncDesk } from './sync-desk.ts';

interface ResolveOptions {
  readonly keep?: string;
  readonly value?: string;
  readonly json?: boolean;
}

/** `sluice sync resolve`: a person's decision. */
export function syncResolveCommand(): Command {
  return new Command('resolve')
    .description('decide a conflict: both sides get the value, and its task is closed')
    .argument('<conflict>', 'its id, as “sluice sync conflicts” shows it')
    .option('--keep <side>', 'twenty or external: the value of that side stays')
    .option('--value <json>', 'another value, as JSON or plain text, as Twenty holds it')
    .option('--json', 'as JSON')
    .action(async (id: string, { keep, value, json = false }: ResolveOptions) => {
      if ((keep === undefined) === (value === undefined)) throw new CliError('Say either --keep twenty, --keep external or --value.', { exitCode: 2 });
      if (keep !== undefined && keep !== 'twenty' && keep !== 'external') throw new CliError(`There is no side ${printable(keep)}: write twenty or external.`, { exitCode: 2 });
      await atSyncDesk(async (desk) => {
        const end = await desk.decide({ id, choice: keep === undefined ? { value: valueOf(value!) } : { keep }, by: userInfo().username, door: 'sluice sync' });
        if (!end.ok) throw new CliError(REFUSALS[end.problem](printable(id), printable(end.message)));
        if (json) printJson({ eventId: end.eventId });
        else console.log(`Decided; event ${end.eventId} carries it out.`);
      });
    });
}

const REFUSALS = {
  unknown: (id: string) => `There is no conflict ${id}; “sluice sync conflicts” lists those that wait for a decision.`,
  closed: (id: string) => `The conflict ${id} is closed: it was decided, or both sides hold the same by now.`,
  value: (_id: string, message: string) => `The value cannot be written: ${message}.`,
};

/** JSON where it is some, else the text as it stands. */
function valueOf(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
