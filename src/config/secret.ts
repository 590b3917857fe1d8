import { readFileSync } from 'node:fs';

/** A secret by name. Its value is read only when it is used, from `NAME` or the file named by `NAME_FILE`. */
export interface SecretRef {
  readonly kind: 'secret';
  readonly name: string;
}

export function secret(name: string): SecretRef {
  return { kind: 'secret', name };
}

/** The value of a secret, without a trailing line break. Throws an error naming both variables when neither is set. */
export function resolveSecret(ref: SecretRef, env: NodeJS.ProcessEnv = process.env): string {
  const value = findSecret(ref, env);
  if (value === undefined) {
    throw new Error(`The secret ${ref.name} is not set: set ${ref.name}, or ${ref.name}_FILE to the path of a file that holds it.`);
  }
  return value;
}

/** Like `resolveSecret`, but undefined when it is not set. */
export function findSecret(ref: SecretRef, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const direct = env[ref.name];
  if (direct !== undefined && direct !== '') return direct;
  const path = env[`${ref.name}_FILE`];
  if (path === undefined || path === '') return undefined;
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}
