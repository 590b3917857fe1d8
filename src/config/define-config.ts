import { apart, Common, retained } from './common.ts';
import type { Role } from '../domain/role.ts';
import type { Connection, ConnectionInput, ToolWish } from './connection.ts';
import { nearest } from '../domain/nearest.ts';
import { ConfigError, joinPath, problemsIn, type ConfigProblem } from './problems.ts';
import { scheduleProblems } from './schedule-problems.ts';
import { ConfigShape, Workspace, type WorkspaceInput, type WorkspaceSettings } from './schema.ts';
import type { Integration, IntegrationInput } from './use-case.ts';
import { twentyWorkspaces } from './workspaces.ts';

/** What `sluice.config.ts` exports by default. */
export interface ConfigInput {
  readonly workspace?: WorkspaceInput;
  /** By name; `twenty` and `mail` are what integrations use unless they say otherwise. */
  readonly connections: Readonly<Record<string, ConnectionInput>>;
  /** By name: `contact-form` is reached at `/hooks/contact-form`. */
  readonly integrations: Readonly<Record<string, IntegrationInput>>;
  /** Hosts that may be called over http and may have a private address, as in a compose network. Loopback always may. */
  readonly allowInsecure?: readonly string[];
}

/** The configuration after validation. */
export interface SluiceConfig {
  readonly workspace: WorkspaceSettings;
  readonly connections: Readonly<Record<string, Connection>>;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly allowInsecure: readonly string[];
  /** What is allowed but should be known. */
  readonly warnings: readonly string[];
}

/** Checks everything and throws one `ConfigError` with all problems, each with its path and what to write instead. */
export function defineConfig(input: ConfigInput): SluiceConfig {
  const problems: ConfigProblem[] = problemsIn(ConfigShape, input);
  // With a broken workspace the integrations are still checked, so that all problems come together.
  const workspace = Workspace.safeParse(input?.workspace ?? {}).data ?? Workspace.parse({});
  const allowInsecure = listed(input?.allowInsecure);
  const warnings: string[] = [];

  const connections: Record<string, Connection> = {};
  for (const [name, raw] of entries<ConnectionInput>(input?.connections)) {
    const path = joinPath('connections', name);
    if (!isConnection(raw)) {
      problems.push({ path, message: 'Write a connection such as twenty({…}) or resend({…}).' });
      continue;
    }
    const parsed = raw.schema.safeParse(raw.settings);
    if (!parsed.success) problems.push(...problemsIn(raw.schema, raw.settings, path));
    else {
      connections[name] = { name, kind: raw.kind, settings: parsed.data, ...(raw.tool === undefined ? {} : { tool: raw.tool }) };
      problems.push(...insecure(path, parsed.data, allowInsecure, warnings));
    }
  }

  const integrations: Record<string, Integration> = {};
  for (const [name, raw] of entries<IntegrationInput>(input?.integrations)) {
    const path = joinPath('integrations', name);
    if (!isIntegration(raw)) {
      problems.push({ path, message: 'Write an integration such as webForms({…}).' });
      continue;
    }
    const { useCase } = raw;
    const given = apart(raw.settings);
    const common = Common.safeParse(given.common);
    const parsed = useCase.settings.safeParse(given.own);
    problems.push(...problemsIn(Common, given.common, path), ...problemsIn(useCase.settings, given.own, path));
    if (!common.success || !parsed.success) continue;
    const settings = useCase.inherit?.(parsed.data, { ...workspace, twenty: twentyWorkspaces({ connections, workspace }) }) ?? parsed.data;
    integrations[name] = { name, useCase, settings, weight: common.data.weight, hourly: common.data.hourly, retention: retained(workspace.retention, common.data.retention) };
    const wanted = new Set([...useCase.connections(settings), ...(useCase.tools?.(settings) ?? []).map(({ connection }) => connection)]);
    problems.push(...missingConnections(path, [...wanted], Object.keys(input.connections ?? {})));
    problems.push(...unfitTools(path, useCase.tools?.(settings) ?? [], entries<ConnectionInput>(input.connections)));
    problems.push(...scheduleProblems(path, useCase.schedules?.(settings) ?? []));
  }

  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  return { workspace, connections, integrations, allowInsecure, warnings };
}

function missingConnections(path: string, wanted: readonly string[], known: readonly string[]): ConfigProblem[] {
  return wanted
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const remedy = near === undefined ? `Add ${name}: … under connections` : `Did you mean “${near}”? Else add ${name}: … under connections`;
      return { path, message: `It uses the connection “${name}”, which is not configured. ${remedy}.` };
    });
}

/** A connection that is there but cannot do what the integration wants of it. */
function unfitTools(path: string, wishes: readonly ToolWish[], connections: readonly (readonly [string, ConnectionInput])[]): ConfigProblem[] {
  const offers = ([, one]: readonly [string, ConnectionInput], role: Role): boolean => one?.tool?.roles.includes(role) === true;
  return wishes.flatMap(({ connection, role, at }) => {
    const named = connections.find(([name]) => name === connection);
    if (named === undefined || !isConnection(named[1]) || offers(named, role)) return [];
    const others = connections.filter((one) => offers(one, role)).map(([name]) => `“${name}”`);
    const remedy = others.length === 0 ? 'Configure one that can under connections' : `Name one that can: ${others.join(' or ')}`;
    return [{ path: at === undefined ? path : joinPath(path, at), message: `The connection “${connection}” is ${named[1].kind}({…}), which cannot be used as ${ROLE_WORDS[role]}. ${remedy}.` }];
  });
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  warehouse: 'a warehouse', recorder: 'a call recorder', enricher: 'an enrichment provider', newsletter: 'a newsletter tool', sequencer: 'a sequence tool',
  scorer: 'a scoring model', invoicing: 'a billing tool', feed: 'a source of rows', counterpart: 'the other side of a sync',
};

/** Outside calls are https. Plain http is for loopback and for hosts that the configuration names. */
function insecure(path: string, settings: unknown, allowed: readonly string[], warnings: string[]): ConfigProblem[] {
  const values = settings as Readonly<Record<string, unknown>>;
  return ['url', 'baseUrl'].flatMap((key) => {
    const url = typeof values[key] === 'string' ? URL.parse(values[key]) : null;
    if (url === null || url.protocol === 'https:' || isLoopback(url.hostname)) return [];
    if (values['allowInsecure'] === true || allowed.includes(url.hostname)) {
      warnings.push(`${joinPath(path, key)} is called without encryption (${url.hostname}).`);
      return [];
    }
    return [{ path: joinPath(path, key), message: `Write https://, or name ${url.hostname} in allowInsecure if it is inside your own network.` }];
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isConnection(value: unknown): value is ConnectionInput {
  return typeof value === 'object' && value !== null && 'kind' in value && 'schema' in value;
}

function isIntegration(value: unknown): value is IntegrationInput {
  return typeof value === 'object' && value !== null && 'useCase' in value;
}

function entries<T>(value: unknown): [string, T][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (Object.entries(value) as [string, T][]) : [];
}

function listed(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** In the order a reader meets them, each once. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Map(problems.map((problem) => [`${problem.path}\0${problem.message}`, problem]));
  const rank = ({ path }: ConfigProblem): number => ['', 'workspace', 'connections', 'integrations', 'allowInsecure'].indexOf(path.split('.')[0] ?? '');
  return [...seen.values()].sort((a, b) => rank(a) - rank(b));
}
