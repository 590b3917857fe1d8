import type { RecordEvent } from './event.ts';
import { defaultApiKeyId } from './options.ts';
import { toApi } from './record.ts';
import type { Webhook } from './webhooks.ts';
import type { Workspace } from './workspace.ts';

/** A change of the data model. */
export interface MetadataEvent {
  readonly type: 'created' | 'updated' | 'deleted';
  readonly metadataName: string;
  readonly recordId: string;
  readonly after: Readonly<Record<string, unknown>>;
}

/** Fields and their order are those of a real delivery; `eventDate` is when it is sent, not when the record changed. */
export function recordBody(workspace: Workspace, webhook: Webhook, event: RecordEvent): string {
  const { object, author } = event;
  return JSON.stringify({
    targetUrl: webhook.targetUrl,
    eventName: `${object.nameSingular}.${event.action}`,
    objectMetadata: { id: object.id, nameSingular: object.nameSingular },
    workspaceId: workspace.id,
    webhookId: webhook.id,
    eventDate: new Date(workspace.now()).toISOString(),
    ...(author.userId === undefined ? {} : { userId: author.userId, workspaceMemberId: author.workspaceMemberId }),
    record: toApi(object, event.record),
    ...(event.updatedFields === undefined ? {} : { updatedFields: event.updatedFields }),
  });
}

export function metadataBody(workspace: Workspace, webhook: Webhook, event: MetadataEvent): string {
  return JSON.stringify({
    targetUrl: webhook.targetUrl,
    eventName: `metadata.${event.metadataName}.${event.type}`,
    workspaceId: workspace.id,
    webhookId: webhook.id,
    eventDate: new Date(workspace.now()).toISOString(),
    apiKeyId: defaultApiKeyId,
    event: { type: event.type, recordId: event.recordId, metadataName: event.metadataName, properties: { after: event.after } },
  });
}
