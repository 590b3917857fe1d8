import { createField, deleteField, findField, updateField } from './metadata-fields.ts';
import type { Given } from './metadata-fields.ts';
import { createObject } from './metadata-objects.ts';
import { fieldShape, objectShape } from './metadata-shapes.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import { defaultApiKeyId } from './options.ts';
import type { Sandbox } from './sandbox.ts';
import { without } from './without.ts';

interface FoundField {
  readonly object: ObjectModel;
  readonly field: FieldModel;
}

/** What the REST and the GraphQL side of the metadata API have in common; tells webhooks what changed. */
export class Metadata {
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Newest id first, as Twenty lists them. */
  objects(): readonly { id: string; item: ObjectModel }[] {
    return descending(this.#sandbox.service.workspace.objects().map((item) => ({ id: item.id, item })));
  }

  fields(): readonly { id: string; item: FoundField }[] {
    return descending(this.#sandbox.service.workspace.objects().flatMap((object) => object.fields.map((field) => ({ id: field.id, item: { object, field } }))));
  }

  field(id: string): FoundField | undefined {
    return findField(this.#sandbox.service.workspace, id);
  }

  createObject(given: Given): ObjectModel {
    const { workspace } = this.#sandbox.service;
    const object = createObject(workspace, given);
    const after = without(objectShape(workspace, object), 'fields');
    this.#sandbox.webhooks.emitMetadata([{ type: 'created', metadataName: 'objectMetadata', recordId: object.id, after }]);
    return object;
  }

  createField(given: Given): FoundField {
    return this.#told('created', createField(this.#sandbox.service.workspace, given));
  }

  updateField(id: string, given: Given): FoundField {
    return this.#told('updated', updateField(this.#sandbox.service.workspace, id, given));
  }

  deleteField(id: string): FoundField {
    return this.#told('deleted', deleteField(this.#sandbox.service.workspace, id));
  }

  apiKey(): Record<string, unknown> {
    const at = '2026-01-01T00:00:00.000Z';
    return {
      workspaceId: this.#sandbox.service.workspace.id, id: defaultApiKeyId, name: this.#sandbox.apiKeyName, expiresAt: '2125-01-01T00:00:00.000Z', revokedAt: null,
      createdAt: at, updatedAt: at,
    };
  }

  #told(type: 'created' | 'updated' | 'deleted', found: FoundField): FoundField {
    const after = fieldShape(this.#sandbox.service.workspace, found.object, found.field);
    this.#sandbox.webhooks.emitMetadata([{ type, metadataName: 'fieldMetadata', recordId: found.field.id, after }]);
    return found;
  }
}

function descending<T extends { readonly id: string }>(items: T[]): readonly T[] {
  return items.sort((a, b) => (a.id < b.id ? 1 : -1));
}
