import type { Answer } from './answer.ts';
import type { Asked } from './server.ts';

/** What Twenty answers without a token. */
export function answerPublic({ method, path }: Asked): Answer | undefined {
  if (method !== 'GET') return undefined;
  if (path === '/healthz') return { status: 200, body: { status: 'ok', info: {}, error: {}, details: {} } };
  if (path === '/client-config') return { status: 200, body: clientConfig };
  return undefined;
}

const clientConfig = {
  appVersion: '2.21.0',
  billing: { isBillingEnabled: false },
  aiModels: [],
  authProviders: { google: false, magicLink: false, password: true, microsoft: false, sso: [] },
  signInPrefilled: false,
  isMultiWorkspaceEnabled: false,
  isEmailVerificationRequired: false,
  defaultSubdomain: 'app',
  frontDomain: 'localhost',
  publicFunctionDomain: null,
  support: { supportDriver: 'NONE' },
  sentry: { release: '2.21.0' },
  captcha: {},
  api: { mutationMaximumAffectedRecords: 100 },
  analyticsEnabled: false,
  canManageFeatureFlags: false,
  publicFeatureFlags: [],
};
