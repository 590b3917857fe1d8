import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** A small house in which each file breaks one rule, and beside it files that break none. */
const house: Readonly<Record<string, string>> = {
  'src/domain/money.ts': 'export const money = 1;',
  'src/domain/reads-a-file.ts': "import 'node:fs'; import './money.ts';",
  'src/domain/asks-the-store.ts': "import '../store/events.ts';",
  'src/store/events.ts': "import 'pg'; import 'node:crypto'; import '../domain/money.ts';",
  'src/store/asks-a-connector.ts': "import '../connectors/mail/index.ts';",
  'src/store/speaks-http.ts': "import 'hono';",
  'src/api/server.ts': "import 'hono'; import '../store/events.ts'; import '../connectors/mail/webhook.ts';",
  'src/api/asks-a-client.ts': "import '../connectors/mail/client.ts';",
  'src/api/asks-temporal.ts': "import '@temporalio/client';",
  'src/connectors/mail/index.ts': "import './client.ts'; import 'zod';",
  'src/connectors/mail/client.ts': 'export const client = 1;',
  'src/connectors/mail/webhook.ts': "import type { Hook } from '../../config/hook.ts'; export type Mine = Hook;",
  'src/connectors/mail/knows-temporal.ts': "import '@temporalio/activity';",
  'src/connectors/mail/runs-the-config.ts': "import '../../config/hook.ts';",
  'src/config/hook.ts': 'export type Hook = string;',
  'src/dispatcher/claims.ts': "import '@temporalio/client'; import '../store/events.ts';",
  'src/dispatcher/does.ts': "import '../activities/send.ts';",
  'src/activities/send.ts': "import '@temporalio/activity'; import '../connectors/mail/index.ts'; import '../store/events.ts';",
  'src/activities/decides.ts': "import '../workflows/forms/rules.ts';",
  'src/activities/forms/plans.ts': "import '../../workflows/forms/rules.ts'; import type { Inbound } from '@temporalio/worker'; export type Mine = Inbound;",
  'src/activities/forms/starts.ts': "import '../../workflows/forms/workflow.ts';",
  'src/activities/forms/borrows.ts': "import '../../workflows/invoices/rules.ts';",
  'src/activities/forms/works.ts': "import '@temporalio/worker';",
  'src/workflows/forms/index.ts': "import 'zod'; import './contract.ts';",
  'src/workflows/forms/contract.ts': 'export type Form = string;',
  'src/workflows/forms/rules.ts': "import type { Form } from './contract.ts'; import '../../domain/money.ts'; export type Mine = Form;",
  'src/workflows/forms/workflow.ts':
    "import '@temporalio/workflow'; import type * as send from '../../activities/send.ts'; import './rules.ts'; export type Send = typeof send;",
  'src/workflows/invoices/workflow.ts': "import '../../activities/send.ts';",
  'src/workflows/invoices/rules.ts': "import 'zod';",
  'src/workflows/runtime/clock.ts': "import 'node:os';",
  'src/workflows/invoices/index.ts': "import '../forms/contract.ts';",
  'src/api/looks-inside.ts': "import '../workflows/forms/contract.ts';",
  'src/domain/ring.ts': "import { money } from './ring-end.ts'; export const ring = money;",
  'src/domain/ring-end.ts': "import { ring } from './ring.ts'; export const money = ring;",
  'src/domain/nobody.ts': 'export const nobody = 1;',
  'src/domain/dangling.ts': "import './no-such-file.ts';",
  'src/store/tries.ts': "import '../sandbox/stand-in.ts';",
  'src/sandbox/stand-in.ts': "import 'hono';",
  'src/sandbox/knows-the-client.ts': "import '../connectors/mail/client.ts';",
  'src/store/commands.ts': "import '../worker/main.ts';",
  'src/worker/main.ts': "import '../activities/send.ts'; import '../api/server.ts'; import '../dispatcher/claims.ts';",
  'src/store/events.test.ts': "import './events.ts'; import '../worker/main.ts'; import 'vitest';",
  'src/store/borrows.ts': "import './events.test.ts';",
};

const broken: readonly string[] = [
  'src/domain/reads-a-file.ts domain-no-node',
  'src/domain/asks-the-store.ts domain-rooms',
  'src/store/asks-a-connector.ts store-rooms',
  'src/store/speaks-http.ts store-packages',
  'src/api/asks-a-client.ts api-rooms',
  'src/api/asks-temporal.ts api-packages',
  'src/connectors/mail/knows-temporal.ts connectors-packages',
  'src/connectors/mail/runs-the-config.ts connectors-types-only',
  'src/dispatcher/does.ts dispatcher-rooms',
  'src/activities/decides.ts shared-verbs-know-no-use-case',
  'src/activities/forms/starts.ts only-its-own-rules',
  'src/activities/forms/borrows.ts only-its-own-rules',
  'src/activities/forms/works.ts activities-package-types-only',
  'src/workflows/invoices/workflow.ts workflow-types-only',
  'src/workflows/invoices/rules.ts workflow-packages',
  'src/workflows/runtime/clock.ts workflow-no-node',
  'src/workflows/invoices/index.ts use-cases-apart',
  'src/api/looks-inside.ts api-rooms',
  'src/api/looks-inside.ts only-the-card',
  'src/domain/ring-end.ts no-cycles',
  'src/domain/nobody.ts no-orphans',
  'src/domain/dangling.ts resolvable',
  'src/store/tries.ts store-rooms',
  'src/store/tries.ts only-for-trials',
  'src/sandbox/knows-the-client.ts sandbox-rooms',
  'src/store/commands.ts store-rooms',
  'src/store/commands.ts no-way-back',
  'src/store/borrows.ts no-test-code',
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-boundaries-'));
  for (const [file, text] of Object.entries(house)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  for (const file of ['package.json', 'tsconfig.json']) symlinkSync(path.join(root, file), path.join(folder, file));
  for (const name of ['pg', 'hono', 'zod', 'vitest', '@temporalio/client', '@temporalio/activity', '@temporalio/workflow', '@temporalio/worker']) {
    const at = path.join(folder, 'node_modules', name);
    mkdirSync(at, { recursive: true });
    writeFileSync(path.join(at, 'package.json'), JSON.stringify({ name, version: '1.0.0', exports: './index.js' }));
    writeFileSync(path.join(at, 'index.js'), '');
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every rule of the house catches what breaks it, and nothing else', () => {
  const found = cruise(folder).map((violation) => `${violation.from} ${violation.rule.name}`);

  expect([...new Set(found)].sort()).toEqual([...broken].sort());
});

function cruise(cwd: string): readonly Violation[] {
  const config = path.join(root, '.dependency-cruiser.cjs');
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, 'src', '--config', config, '--output-type', 'json'];
  const report = JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 })) as {
    readonly summary: { readonly violations: readonly Violation[] };
  };
  return report.summary.violations;
}
