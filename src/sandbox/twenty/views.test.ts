import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty, SandboxTwentyOptions } from './index.ts';

const open: SandboxTwenty[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

async function start(options: SandboxTwentyOptions = {}): Promise<SandboxTwenty> {
  const sandbox = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', ...options });
  open.push(sandbox);
  return sandbox;
}

async function ask(sandbox: SandboxTwenty, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' };
  const response = await fetch(sandbox.url + path, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as unknown };
}

function peopleView(sandbox: SandboxTwenty, filter?: object): string {
  const all = sandbox.views.list().find(({ name }) => name === 'All People');
  const { id } = sandbox.views.create({ name: 'Tried', objectMetadataId: all?.objectMetadataId });
  if (filter !== undefined) sandbox.views.createFilter({ viewId: id, fieldMetadataId: jobTitle, ...filter });
  return id;
}

const jobTitle = 'fd0a101a-a719-4b22-aca7-1248d7004da2';
const createdAt = '774ad9d9-a98b-499f-91a9-1ae7dc923757';
const people = '[{"jobTitle":true}]';

it('a condition whose operand does not fit its field is refused with the operands that do', async () => {
  const sandbox = await start();
  const viewId = peopleView(sandbox);
  const answer = await ask(sandbox, '/rest/metadata/viewFilters', { viewId, fieldMetadataId: createdAt, operand: 'CONTAINS', value: 'x' });
  expect([answer.status, JSON.stringify(answer.body).includes('Supported operands: IS, IS_RELATIVE, IS_IN_PAST')]).toEqual([400, true]);
});

it('groupBy counts what the view shows: as text over REST, as a number over GraphQL', async () => {
  const sandbox = await start();
  for (const title of ['Engineer', 'Engineer', 'Sales']) sandbox.asUser.create('people', { jobTitle: title });
  const viewId = peopleView(sandbox, { operand: 'CONTAINS', value: 'engin' });
  const query = 'query($v:UUID){peopleGroupBy(groupBy:[{createdAt:{granularity:YEAR}}],viewId:$v){countNotEmptyId edges{node{jobTitle}}}}';
  const [rest, graphql] = await Promise.all([
    ask(sandbox, `/rest/people/groupBy?viewId=${viewId}&group_by=${encodeURIComponent(people)}&aggregate=["countNotEmptyId"]`),
    ask(sandbox, '/graphql', { query, variables: { v: viewId } }),
  ]);
  expect(rest.body).toEqual([{ countNotEmptyId: '2', groupByDimensionValues: ['Engineer'] }]);
  expect(graphql.body).toEqual({ data: { peopleGroupBy: [{ countNotEmptyId: 2, edges: [{ node: { jobTitle: 'Engineer' } }, { node: { jobTitle: 'Engineer' } }] }] } });
});

it('an id that is no view groups everybody, and find many heeds no view', async () => {
  const sandbox = await start();
  sandbox.asUser.create('people', { jobTitle: 'Sales' });
  const nobody = peopleView(sandbox, { operand: 'CONTAINS', value: 'nobody' });
  const found = await ask(sandbox, `/rest/people?viewId=${nobody}`);
  const grouped = await ask(sandbox, `/rest/people/groupBy?viewId=20202020-0000-4000-8000-000000000000&group_by=${encodeURIComponent(people)}`);
  expect([(found.body as { totalCount: number }).totalCount, grouped.body]).toEqual([1, [{ groupByDimensionValues: ['Sales'] }]]);
});

it('a condition without a value, or on “me”, is left out; an empty group is true', async () => {
  const sandbox = await start();
  sandbox.asUser.create('people', { jobTitle: 'Sales' });
  const viewId = peopleView(sandbox, { operand: 'CONTAINS', value: '' });
  const group = sandbox.views.createGroup({ viewId, logicalOperator: 'OR' });
  sandbox.views.createGroup({ viewId, logicalOperator: 'AND', parentViewFilterGroupId: group.id });
  sandbox.views.createFilter({ viewId, fieldMetadataId: jobTitle, operand: 'CONTAINS', value: 'nobody', viewFilterGroupId: group.id });
  const answer = await ask(sandbox, `/rest/people/groupBy?viewId=${viewId}&group_by=${encodeURIComponent(people)}`);
  expect(answer.body).toEqual([{ groupByDimensionValues: ['Sales'] }]);
});

it('fifty groups are answered unless more are asked for, over REST two hundred at most', async () => {
  const sandbox = await start();
  for (let number = 0; number < 210; number += 1) sandbox.asUser.create('people', { jobTitle: `Job ${number}` });
  const path = `/rest/people/groupBy?group_by=${encodeURIComponent(people)}`;
  const counts = await Promise.all([path, `${path}&limit=2000`].map(async (one) => ((await ask(sandbox, one)).body as unknown[]).length));
  expect(counts).toEqual([50, 200]);
});

it('views are there again after a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-views-'));
  const before = await start({ dataDir });
  const viewId = peopleView(before, { operand: 'CONTAINS', value: 'engin' });
  before.views.createGroup({ viewId, logicalOperator: 'OR' });
  const kept = before.views.kept();
  await before.close();
  const after = await start({ dataDir });
  expect(after.views.kept()).toEqual(kept);
  await rm(dataDir, { recursive: true });
});
