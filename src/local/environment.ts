import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

const ours = /^(TWENTY|RESEND|TEMPORAL|SLUICE)_|^(DATABASE_URL|HOST|PORT|TRUST_PROXY)$/;

/**
 * Reads `.env` of the working directory into the process's environment; what is set already stays. An empty value counts as
 * not set, there and in the real environment, so that lines of `.env.example` may be left blank.
 */
export function loadEnvironment(folder: string = process.cwd(), env: NodeJS.ProcessEnv = process.env): void {
  for (const name of Object.keys(env)) if (ours.test(name) && isBlank(env[name])) delete env[name];
  const file = path.join(folder, '.env');
  if (!existsSync(file)) return;
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
    if (!isBlank(value) && env[name] === undefined) env[name] = value;
  }
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
