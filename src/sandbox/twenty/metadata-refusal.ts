import { randomUUID } from 'node:crypto';
import type { Answer } from './answer.ts';

/** One problem inside a refusal of the metadata API. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly userFriendlyMessage?: string;
  readonly value?: unknown;
}

/** What was asked cannot be: each problem stands with those that follow from it, grouped by kind of metadata. */
export class MetadataRefusal extends Error {
  readonly errors: Readonly<Record<string, readonly unknown[]>>;
  readonly userFriendlyMessage: string;

  constructor(message: string, errors: Readonly<Record<string, readonly unknown[]>>, userFriendlyMessage = 'Many validation errors') {
    super(message);
    this.userFriendlyMessage = userFriendlyMessage;
    this.name = 'MetadataRefusal';
    this.errors = errors;
  }

  get summary(): Record<string, number> {
    const counts = Object.entries(this.errors).map(([name, list]) => [name, list.length] as const);
    return { totalErrors: counts.reduce((sum, [, count]) => sum + count, 0), ...Object.fromEntries(counts) };
  }
}

/** Refused by a rule about ids and rights rather than by validation. */
export class MetadataFault extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'MetadataFault';
    this.status = status;
    this.code = code;
  }
}

/** A new field that is refused drags the two view fields along that were to show it. */
export function fieldRefused(problem: Problem, field: { name: string; objectUniversalIdentifier: string }): MetadataRefusal {
  const universalIdentifier = randomUUID();
  const follows = { code: 'INVALID_VIEW_DATA', message: 'Field metadata not found', userFriendlyMessage: 'Field metadata not found' };
  const viewField = (viewUniversalIdentifier: string): unknown => failed('viewField', [follows], {
    universalIdentifier: randomUUID(), viewUniversalIdentifier, fieldMetadataUniversalIdentifier: universalIdentifier,
  });
  return new MetadataRefusal('Multiple validation errors occurred while creating fields', {
    fieldMetadata: [failed('fieldMetadata', [problem], { universalIdentifier, name: field.name, objectMetadataUniversalIdentifier: field.objectUniversalIdentifier })],
    viewField: standardViews.map(viewField),
  });
}

/** The list of all records and the fields of the record page. */
const standardViews = ['20202020-a002-4a02-8a02-ae0a1ea12001', '20202020-a002-4a02-8a02-ae0a1ea11a00'];

export function failed(metadataName: string, errors: readonly Problem[], flatEntityMinimalInformation: unknown): unknown {
  return { status: 'fail', errors, flatEntityMinimalInformation, metadataName, type: 'create' };
}

export function metadataError(error: unknown): Answer {
  if (error instanceof MetadataRefusal) {
    return { status: 400, body: {
      statusCode: 400, error: 'METADATA_VALIDATION_ERROR', message: error.message, errors: error.errors, summary: error.summary,
      userFriendlyMessage: error.userFriendlyMessage,
    } };
  }
  if (error instanceof MetadataFault) return { status: error.status, body: { statusCode: error.status, error: 'Error', messages: [error.message], code: error.code } };
  throw error;
}
