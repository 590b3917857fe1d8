import type { BucketOptions } from './bucket.ts';

export interface SandboxTwentyOptions {
  /** 0 (default) for any free one; the host is always 127.0.0.1. */
  readonly port?: number;
  /** Default: a fixed key made like Twenty's, a JWT whose claims `workspaceId` and `jti` can be read. */
  readonly apiKey?: string;
  /** The name that `createdBy` and `updatedBy` show for writes of the key. */
  readonly apiKeyName?: string;
  readonly workspaceId?: string;
  /** The long limit; default `{ capacity: 100, refillMs: 600, startFull: true }`, Twenty's own. `off` lifts both limits. */
  readonly bucket?: BucketOptions | 'off';
  /** The short limit; default 100 calls per 1,000 ms. */
  readonly shortLimit?: BucketOptions;
  /** Records per write; default 200. */
  readonly maxBatch?: number;
  /** The workflow that every new workspace has, which links people to the company of their address; default on, after 2,000 ms. */
  readonly standardWorkflow?: 'off' | { readonly delayMs: number };
  /** Twenty's default is true: no webhooks to private or loopback addresses. False here, so that they arrive at all. */
  readonly webhookSafeMode?: boolean;
  /** How long a new or changed webhook takes to count, in milliseconds; up to 10,000 in Twenty, 0 here. */
  readonly webhookActivationMs?: number;
  /** How long a target may take to answer a webhook, in milliseconds; default 5,000, Twenty's own. */
  readonly webhookTimeoutMs?: number;
  /** Where records, fields and webhooks are kept; in memory only when absent. */
  readonly dataDir?: string;
  readonly workspaceMembers?: readonly WorkspaceMember[];
  readonly now?: () => number;
}

export interface WorkspaceMember {
  readonly id: string;
  readonly userId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

export const defaultWorkspaceId = '5a9db0c5-0000-4000-8000-000000000001';
export const defaultApiKeyId = '5a9db0c5-0000-4000-8000-00000000000a';
export const defaultApiKeyName = 'Sluice';

/** Three sales people. */
export const defaultMembers: readonly WorkspaceMember[] = [
  member(1, 'Ada', 'Sales'),
  member(2, 'Ben', 'Sales'),
  member(3, 'Cleo', 'Sales'),
];

/** A token of the form Twenty issues; the signature is filler, the sandbox compares the whole text. */
export function sandboxApiKey(workspaceId: string): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { sub: workspaceId, type: 'API_KEY', workspaceId, iat: 1_760_000_000, exp: 4_915_000_000, jti: defaultApiKeyId };
  return `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}.${Buffer.alloc(64, 'sandbox-').toString('base64url')}`;
}

function member(number: number, firstName: string, lastName: string): WorkspaceMember {
  return {
    id: `5a9db0c5-0000-4000-8000-00000000010${number}`,
    userId: `5a9db0c5-0000-4000-8000-00000000020${number}`,
    firstName,
    lastName,
    email: `${firstName.toLowerCase()}@example.com`,
  };
}
