import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

test('.env.example names every variable that the code reads', () => {
  // Connectors and use cases read what the configuration names; in their messages stand examples.
  const files = ['sluice.config.ts', ...globSync('src/**/*.ts', { cwd: root })].filter((file) => !/[.](test|fixture)[.]ts$|^src\/(sandbox|connectors|workflows|config)\//.test(file));
  const reads = /(?:\benv\[|process\.env\[|\bsecret\(|\benv\()'([A-Z][A-Z0-9_]*)'/g;
  const names = new Set(files.flatMap((file) => [...read(file).matchAll(reads)].map((match) => match[1] as string)));
  const documented = new Set(Object.keys(parseEnv(read('.env.example'))));
  const everywhere = new Set(['PATH']);
  const addresses = new Set([...documented].map((name) => `${name.replace(/_(?:API_KEY|SECRET_KEY|ACCESS_TOKEN)$/, '')}_BASE_URL`)); // as it says of tools

  const missing = [...names].filter((name) => !documented.has(name) && !addresses.has(name) && !everywhere.has(name));

  expect(missing).toEqual([]);
});
