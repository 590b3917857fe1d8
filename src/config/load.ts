import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SluiceConfig } from './define-config.ts';
import { ConfigError } from './problems.ts';

/**
 * Loads a configuration file (TypeScript or JavaScript, run as it is). Throws a `ConfigError` that names the file when it
 * is missing, cannot be run, or has problems.
 */
export async function loadConfig(path: string): Promise<SluiceConfig> {
  const file = resolve(path);
  try {
    await access(file);
  } catch {
    throw new ConfigError([{ path: '', message: 'There is no such file. Create it, or name another one in SLUICE_CONFIG.' }], path);
  }
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(error.problems, path);
    throw Object.assign(new ConfigError([{ path: '', message: `It cannot be run: ${(error as Error).message}` }], path), { cause: error });
  }
  if (!isConfig(exported)) {
    throw new ConfigError([{ path: '', message: 'It exports no configuration. Write export default defineConfig({ … }).' }], path);
  }
  return exported;
}

function isConfig(value: unknown): value is SluiceConfig {
  return typeof value === 'object' && value !== null && 'connections' in value && 'integrations' in value && 'warnings' in value;
}
