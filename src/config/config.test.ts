import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { formSource } from '../connectors/form-source.ts';
import { jsonRequest } from '../connectors/form-request.fixture.ts';
import { htmlForm } from '../connectors/html-form/index.ts';
import { resend } from '../connectors/resend/settings.ts';
import { twenty } from '../connectors/twenty/settings.ts';
import { typeform } from '../connectors/typeform/index.ts';
import { webForms } from '../workflows/web-forms/index.ts';
import { defineConfig, type ConfigInput } from './define-config.ts';
import { settings, text } from './fields.ts';
import { loadConfig } from './load.ts';
import { ConfigError } from './problems.ts';
import { secret } from './secret.ts';

const connections = { twenty: twenty({ url: 'https://api.twenty.com', apiKey: secret('TWENTY_API_KEY') }), mail: resend({ apiKey: secret('RESEND_API_KEY') }) };
const contactForm = webForms({ source: htmlForm({ unauthenticated: true }) });

function problemsOf(input: unknown): Record<string, string> {
  try {
    defineConfig(input as ConfigInput);
  } catch (error) {
    if (error instanceof ConfigError) return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
    throw error;
  }
  return {};
}

describe('defining a configuration', () => {
  test('every integration may be given a weight and ages of its own, beside the settings of its use case', () => {
    const source = htmlForm({ unauthenticated: true });
    const { integrations } = defineConfig({ workspace: { retention: { deliveryDays: 60 } }, connections, integrations: { a: webForms({ source, weight: 3, retention: { payloadDays: 7 } }), b: webForms({ source }) } });
    expect(Object.values(integrations).map(({ weight, retention }) => ({ weight, retention }))).toEqual([
      { weight: 3, retention: { payloadDays: 7, deliveryDays: 60 } },
      { weight: 1, retention: { payloadDays: 30, deliveryDays: 60 } },
    ]);
    expect(problemsOf({ connections, integrations: { a: webForms({ source, weight: 0, retention: { payloadDays: 1.5 } }) } })).toEqual({
      'integrations.a.weight': 'Write a whole number from 1 to 100.',
      'integrations.a.retention.payloadDays': 'Write a whole number from 1 to 3650.',
    });
  });

  test('defaults are filled in and what is left out comes from the workspace', () => {
    const config = defineConfig({ workspace: { timeZone: 'Europe/Berlin', country: 'DE' }, connections, integrations: { 'contact-form': contactForm } });
    expect(config.workspace).toEqual({
      name: 'main', timeZone: 'Europe/Berlin', country: 'DE', retention: { payloadDays: 30, deliveryDays: 90 }, catchUp: { everyMinutes: 5, sweepEveryDays: 7 },
    });
    expect(config.connections['twenty']).toEqual({
      name: 'twenty', kind: 'twenty',
      settings: { url: 'https://api.twenty.com', apiKey: { kind: 'secret', name: 'TWENTY_API_KEY' }, batchSize: 200, budget: { perMinute: 100 }, limits: {}, allowInsecure: false },
      tool: { roles: ['counterpart'], open: expect.any(Function) as unknown },
    });
    expect(config.integrations['contact-form']?.settings).toMatchObject({
      country: 'DE', twenty: 'twenty', policy: { default: 'fill', overwrite: [], fill: [] }, trash: 'restore', companyLink: 'accept',
      task: { enabled: true, title: 'Follow up: {name}', dueInWorkingDays: 1, dueHour: 17, timeZone: 'Europe/Berlin', weekend: [0, 6], holidays: [] },
    });
  });

  test('every problem is reported at once, each with its path and what to write instead', () => {
    const problems = problemsOf({
      workspce: {},
      workspace: { timeZone: 'Berlin', contry: 'DE' },
      connections: { twenty: twenty({ url: 'twenty', apiKey: 'abc', budgt: 1 } as never), Mail: 3 },
      integrations: {
        ContactForm: webForms({ source: htmlForm({}), policy: { overwrite: ['jobtitle'] } }),
        b: webForms({ source: typeform({}), notify: { to: [], from: 'x' }, task: { dueInWorkingDays: -1, assignee: { membr: 'x' }, titel: 'x' }, mapping: { emial: 'x' } } as never),
        c: webForms({ notify: { from: 'a@b.de' } } as never),
        d: 7,
      },
    });
    expect(problems).toEqual({
      workspce: expect.stringContaining('“workspace”'),
      'workspace.timeZone': expect.stringContaining('Europe/Berlin'),
      'workspace.contry': expect.stringContaining('“country”'),
      'connections.twenty.url': expect.stringContaining('https://'),
      'connections.twenty.apiKey': expect.stringContaining("secret('TWENTY_API_KEY')"),
      'connections.twenty.budgt': expect.stringContaining('“budget”'),
      'connections.Mail': expect.stringContaining('twenty({…})'),
      'integrations.ContactForm': expect.stringContaining("'contact-form'"),
      'integrations.ContactForm.source.secret': expect.stringContaining('unauthenticated: true'),
      'integrations.ContactForm.policy.overwrite.0': expect.stringContaining('jobTitle'),
      'integrations.b.source.secret': expect.stringContaining('unauthenticated: true'),
      'integrations.b.notify.to': expect.stringContaining('empty'),
      'integrations.b.notify.from': expect.stringContaining('sales@acme.example'),
      'integrations.b.task.dueInWorkingDays': expect.stringContaining('0 to 365'),
      'integrations.b.task.assignee': expect.stringContaining('turns'),
      'integrations.b.task.titel': expect.stringContaining('“title”'),
      'integrations.b.mapping.emial': expect.stringContaining('“email”'),
      'integrations.c.source': expect.stringContaining('Is missing'),
      'integrations.c.notify.to': expect.stringContaining('Is missing'),
      'integrations.d': expect.stringContaining('webForms({…})'),
    });
  });

  test('a connection that nobody configured is named with the integration that uses it', () => {
    const integrations = { a: webForms({ source: htmlForm({ unauthenticated: true }), twenty: 'twnty' }) };
    expect(problemsOf({ connections, integrations })).toEqual({ 'integrations.a': expect.stringContaining('“twenty”') });
  });

  test('http is for loopback and for hosts that are named', () => {
    const at = (url: string, rest: object = {}) => ({ connections: { twenty: twenty({ url, apiKey: secret('K') }) }, integrations: {}, ...rest });
    expect(problemsOf(at('http://127.0.0.1:3000'))).toEqual({});
    expect(problemsOf(at('http://twenty:3000'))).toEqual({ 'connections.twenty.url': expect.stringContaining('allowInsecure') });
    expect(defineConfig(at('http://twenty:3000', { allowInsecure: ['twenty'] })).warnings).toEqual([expect.stringContaining('without encryption')]);
  });

  test('the workspace\'s own fields may be named in the policy, others not; Twenty\'s fields have their own rows in the mapping', () => {
    const form = (mapping: object, overwrite: string[]) => ({ connections, integrations: { a: webForms({ source: htmlForm({ unauthenticated: true }), mapping, policy: { overwrite } }) } });
    expect(problemsOf(form({ person: { leadSource: 'x' }, company: { size: 'y' } }, ['leadSource', 'company.size']))).toEqual({});
    expect(problemsOf(form({ person: { emails: 'x' } }, []))).toEqual({ 'integrations.a.mapping.person.emails': expect.stringContaining('mapping.email') });
  });

  test('no secret stands in a problem', () => {
    const message = JSON.stringify(problemsOf({ connections: { twenty: twenty({ url: 'https://x.test', apiKey: 'sk-very-secret' as never }) }, integrations: {} }));
    expect(message).not.toContain('very-secret');
  });

  test('a new form source is one object that reads a request', async () => {
    const schema = settings({ topic: text('contact') });
    const source = formSource('my-tool', schema, { topic: 'x' }, () => ({
      verification: { scheme: 'none' },
      contentTypes: ['application/json'],
      maxBodyBytes: 1000,
      read: () => ({ kind: 'submission', submission: { id: '1', fields: { email: 'ann@acme.example' }, files: [] } }),
    }));
    const config = defineConfig({ connections, integrations: { a: webForms({ source }) } });
    const { useCase, settings: known } = config.integrations['a']!;
    expect(await useCase.hook?.(known)?.read(jsonRequest({}))).toEqual({ kind: 'event', laneKey: 'ann@acme.example', dedupe: { key: 'id:1' } });
  });
});

describe('loading a configuration', () => {
  const folders: string[] = [];
  const file = (content: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
    folders.push(folder);
    writeFileSync(join(folder, 'sluice.config.ts'), content);
    return join(folder, 'sluice.config.ts');
  };
  const here = new URL('.', import.meta.url).href;

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  test("the project's own configuration is sound", async () => {
    const config = await loadConfig(fileURLToPath(new URL('../../sluice.config.ts', import.meta.url)));
    expect([Object.keys(config.connections), Object.keys(config.integrations)]).toEqual([['twenty', 'mail'], ['contact-form', 'lead-score']]);
  });

  test('a file that is not there, exports nothing, throws or has problems is named with the reason', async () => {
    const message = (path: string): Promise<string> => loadConfig(path).then(() => 'loaded', (error: ConfigError) => error.message);
    expect(await message('/nowhere/sluice.config.ts')).toContain('SLUICE_CONFIG');
    expect(await message(file('export const x = 1;'))).toContain('export default defineConfig');
    expect(await message(file('throw new Error("boom");'))).toContain('boom');
    expect(await message(file(`import { defineConfig } from ${JSON.stringify(`${here}define-config.ts`)};\nexport default defineConfig({ connections: {} } as never);`))).toMatch(
      /sluice\.config\.ts has one problem:\n {2}integrations: Is missing\./,
    );
  });
});
