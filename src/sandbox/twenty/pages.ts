import type { Answer } from './answer.ts';
import type { ObjectModel } from './model.ts';
import { columnToApi } from './record.ts';
import type { StoredRecord } from './record.ts';
import type { Sandbox } from './sandbox.ts';
import type { Asked } from './server.ts';

/** Plain pages for people: what this is, the records of an object, and one record under Twenty's own address `/object/person/{id}`. */
export function answerPage({ service, apiKey }: Sandbox, { method, path }: Asked): Answer | undefined {
  if (method !== 'GET') return undefined;
  const [, first = '', second = '', id] = path.split('/');
  if (path === '/') return page('Sandbox Twenty', home(service.workspace.objects(), apiKey));
  if (first === 'objects') {
    const object = service.workspace.objectByPlural(second);
    return object === undefined ? undefined : page(object.labelPlural, list(object, [...service.workspace.table(object.nameSingular).all()]));
  }
  const object = first === 'object' ? service.workspace.object(second) : undefined;
  if (object === undefined || id === undefined) return undefined;
  const record = service.workspace.table(object.nameSingular).get(id);
  return record === undefined ? { ...page('Not found', '<p>There is no such record.</p>'), status: 404 } : page(titleOf(object, record), detail(object, record));
}

function home(objects: readonly ObjectModel[], apiKey: string): string {
  const items = objects.map(({ namePlural, labelPlural }) =>
    `<li>${link(`/objects/${namePlural}`, labelPlural)} (${link(`/sandbox/records/${namePlural}`, 'JSON')})</li>`).join('');
  return `<p>A strict stand-in for a Twenty 2.21 server: the same GraphQL and REST, the same limits, the same webhooks. Nothing here leaves this machine.</p>
<ul>${items}</ul>
<p>${link('/sandbox/ledger', 'Every call it served')}, ${link('/sandbox/deliveries', 'every webhook it sent')}, ${link('/sandbox/tokens', 'tokens left')}.</p>
<p>API key: <code>${escape(apiKey)}</code></p>`;
}

function list(object: ObjectModel, records: readonly StoredRecord[]): string {
  const newest = records.toSorted((a, b) => (String(a.createdAt) < String(b.createdAt) ? 1 : -1)).slice(0, 500);
  const items = newest.map((record) => {
    const trashed = record.deletedAt === null ? '' : ' (in the trash)';
    return `<li>${link(`/object/${object.nameSingular}/${record.id}`, titleOf(object, record))}${trashed}</li>`;
  }).join('');
  return `<p>${records.length} records.</p><ul>${items}</ul>`;
}

function detail(object: ObjectModel, record: StoredRecord): string {
  const rows = object.columns.filter((column) => column.type !== 'TS_VECTOR').map((column) => {
    const value = columnToApi(column, record[column.name]);
    const target = column.field.relation?.target;
    const text = target !== undefined && typeof value === 'string' ? link(`/object/${target}/${value}`, value) : `<pre>${escape(readable(value))}</pre>`;
    return `<tr><th>${escape(column.field.label)}</th><td>${text}</td></tr>`;
  });
  return `<table>${rows.join('')}</table><p>${link(`/objects/${object.namePlural}`, `All ${object.labelPlural.toLowerCase()}`)}</p>`;
}

function titleOf(object: ObjectModel, record: StoredRecord): string {
  const label = object.fields.find((field) => field.id === object.labelIdentifierFieldMetadataId);
  const value = record[label?.name ?? 'id'] as string | Record<string, string | null> | null;
  const text = typeof value === 'object' && value !== null ? Object.values(value).filter((part) => part !== null).join(' ') : value;
  return text === null || text === undefined || text === '' ? 'Untitled' : text;
}

function readable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function page(title: string, content: string): Answer {
  const head = `<meta charset="utf-8"><title>${escape(title)}</title><style>${style}</style>`;
  const body = `<!doctype html><html lang="en">${head}<h1>${escape(title)}</h1>${content}</html>`;
  return { status: 200, contentType: 'text/html; charset=utf-8', body };
}

const style = `body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
th{text-align:left;vertical-align:top;padding-right:2rem}pre{margin:0;white-space:pre-wrap}code{overflow-wrap:anywhere}`;

function link(href: string, text: string): string {
  return `<a href="${escape(href)}">${escape(text)}</a>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
