import type { StandIn, ToolCallRecord } from './stand-in.ts';

const LAST_CALLS = 100;

/** What stands here and what it was asked last. */
export function overviewPage(standIns: readonly StandIn[], ledger: readonly ToolCallRecord[]): string {
  const tools = standIns.map(({ name, stands }) => `<li><code>/${text(name)}</code> stands in for ${text(stands)}</li>`).join('');
  const calls = ledger.slice(-LAST_CALLS).toReversed().map(({ at, tool, method, path, status, changed }) =>
    `<tr><td>${text(at.slice(11, 19))}</td><td>${text(tool)}</td><td>${text(method)} ${text(path)}</td><td>${text(String(status))}</td><td>${text(changed ?? '')}</td></tr>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tools sandbox</title>
<style>body{font:15px system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}code{background:#f3f3f3;padding:0 .2rem}</style>
<h1>Tools sandbox</h1><ul>${tools}</ul><h2>Last calls</h2><table><tr><th>Time (UTC)</th><th>Tool</th><th>Call</th><th>Status</th><th>Changed</th></tr>${calls}</table></html>`;
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (char) => `&#${String(char.codePointAt(0))};`);
}
