import type { Mail } from './mailbox.ts';

/** The inbox to look at: newest first, each mail in a frame that runs nothing. */
export function inboxPage(mails: readonly Mail[]): string {
  const items = [...mails].reverse().slice(0, 200).map(mailHtml).join('\n');
  const count = mails.length === 1 ? 'One mail' : `${mails.length} mails`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox inbox</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;color:#1f2328;background:#f6f8fa}
article{background:#fff;border:1px solid #d0d7de;border-radius:8px;margin:1rem 0;padding:1rem}
h2{font-size:1.05rem;margin:0 0 .25rem}dl{margin:0;color:#57606a;font-size:.875rem}dt,dd{display:inline;margin:0}dd::after{content:"\\A";white-space:pre}
iframe{width:100%;height:220px;border:1px solid #d0d7de;border-radius:4px;margin-top:.75rem;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere}
</style></head><body><h1>Sandbox inbox</h1><p>${mails.length === 0 ? 'No mail yet. What Sluice sends shows up here; nothing leaves this machine.' : `${count}. Nothing left this machine.`}</p>
${items}
</body></html>`;
}

function mailHtml(mail: Mail): string {
  const body = mail.html === undefined ? `<pre>${escapeHtml(mail.text ?? '')}</pre>` : `<iframe sandbox title="Mail" srcdoc="${escapeHtml(mail.html)}"></iframe>`;
  return `<article><h2>${escapeHtml(mail.subject)}</h2><dl><dt>From </dt><dd>${escapeHtml(mail.from)}</dd><dt>To </dt><dd>${escapeHtml(mail.to.join(', '))}</dd><dt>At </dt><dd>${escapeHtml(mail.created_at)}</dd></dl>${body}</article>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
