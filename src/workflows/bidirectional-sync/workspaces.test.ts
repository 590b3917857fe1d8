import { expect, test } from 'vitest';
import type { ConfigError } from '../../config/problems.ts';
import { defineConfig } from '../../config/define-config.ts';
import { createRecordRouter } from '../../config/record-routing.ts';
import { secret } from '../../config/secret.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { bidirectionalSync, type BidirectionalSyncInput } from './index.ts';

const own = twenty({ url: 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY') });
const partner = twenty({ url: 'https://crm.partner.example', apiKey: secret('PARTNER_API_KEY') });

function configured(input: Partial<BidirectionalSyncInput>) {
  const sync = bidirectionalSync({
    object: 'project', external: { connection: 'partner', object: 'job' }, match: ['code'],
    fields: { code: { twenty: 'code', external: 'name' }, budget: { twenty: 'budget.amountMicros', external: 'cost.amountMicros' }, owner: { twenty: 'companyId', external: 'clientId', link: 'companies' } },
    ...input,
  });
  return defineConfig({ workspace: { name: 'acme' }, connections: { twenty: own, partner }, integrations: { projects: sync } });
}
const listened = (input: Partial<BidirectionalSyncInput> = {}) => {
  const { useCase, settings } = configured(input).integrations['projects']!;
  return useCase.records!(settings).map(({ connection, object, watch, lane }) => [connection, object, watch, lane]);
};

test('a sync with a second workspace listens to the records of both, each under its own names', () => {
  expect(listened()).toEqual([['twenty', 'project', ['code', 'budget', 'company'], undefined], ['partner', 'job', ['name', 'cost', 'client'], 'external:']]);
});

test('which side an event is of does not depend on which workspace comes first', () => {
  const names = (input: Partial<BidirectionalSyncInput>) => (configured(input).integrations['projects']!.settings as { readonly workspaces?: unknown }).workspaces;

  expect(names({})).toEqual({ twenty: 'acme', external: 'partner' });
  expect(names({ twenty: 'partner', external: { connection: 'twenty', object: 'job' } })).toEqual({ twenty: 'partner', external: 'acme' });
});

test('records of both workspaces have lanes of their own, even where their ids are the same', () => {
  const integrations = Object.values(configured({}).integrations);
  const lane = (workspace: string, connection: string, object: string) => createRecordRouter({ workspace, connection }, integrations)({
    object, action: 'updated', recordId: 'r-1', createdAt: undefined, updatedAt: '2026-01-01T00:00:00.000Z', record: { id: 'r-1', name: 'A', code: 'A' }, updatedFields: ['name', 'code'], origin: 'webhook',
  })?.deliveries.map(({ laneKey, record }) => [laneKey, record?.id]);

  expect([lane('acme', 'twenty', 'project'), lane('partner', 'partner', 'job'), lane('partner', 'partner', 'project')]).toEqual([[['r-1', 'r-1']], [['external:r-1', 'r-1']], undefined]);
});

test('a workspace is not kept in step with itself', () => {
  try {
    configured({ external: { connection: 'twenty', object: 'job' } });
    expect.unreachable();
  } catch (error) {
    expect((error as ConfigError).problems).toEqual([{ path: 'integrations.projects.external.connection', message: '“twenty” is the workspace itself. Name the connection of the other side.' }]);
  }
});
