/**
 * A request that Twenty refuses, with what each of its two APIs says about it: REST answers `restStatus` and
 * `{statusCode, error, messages, code?}`, GraphQL answers 200 with `errors[].extensions`.
 */
export class Refusal extends Error {
  readonly restStatus: number;
  readonly restError: string;
  readonly restCode: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(message: string, rest: { status: number; error: string; code?: string }, extensions: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'Refusal';
    this.restStatus = rest.status;
    this.restError = rest.error;
    this.restCode = rest.code;
    this.extensions = extensions;
  }
}

const badRequest = { status: 400, error: 'BadRequestException' };
const general = 'An error occurred.';

/** A value or a field name that the data model does not allow. */
export function invalidData(message: string, userFriendlyMessage = general): Refusal {
  return new Refusal(message, badRequest, { subCode: 'INVALID_ARGS_DATA', userFriendlyMessage, code: 'BAD_USER_INPUT' });
}

export function invalidQuery(message: string, userFriendlyMessage = general): Refusal {
  return new Refusal(message, badRequest, { subCode: 'INVALID_QUERY_INPUT', userFriendlyMessage, code: 'BAD_USER_INPUT' });
}

/** Found by the field transformers; REST shows their code. */
export function untransformable(message: string, code: string): Refusal {
  return new Refusal(message, { status: 400, error: 'Error', code }, { subCode: code, userFriendlyMessage: message, code: 'BAD_USER_INPUT' });
}

export function invalidRecordId(value: unknown): Refusal {
  return new Refusal(`Value "${String(value)}" is not a valid UUID`, { status: 400, error: 'Error', code: 'INVALID_QUERY_INPUT' }, {
    subCode: 'INVALID_QUERY_INPUT', userFriendlyMessage: 'Invalid UUID format.', code: 'BAD_USER_INPUT',
  });
}

export function unsortableField(name: string): Refusal {
  return new Refusal(`Field "${name}" does not exist or is not sortable`, { status: 400, error: 'Error', code: 'FIELD_NOT_FOUND' }, {
    subCode: 'FIELD_NOT_FOUND', userFriendlyMessage: general, code: 'BAD_USER_INPUT',
  });
}

export function recordNotFound(): Refusal {
  return new Refusal('Record not found', { status: 404, error: 'NotFoundException' }, {
    subCode: 'RECORD_NOT_FOUND', userFriendlyMessage: 'This record does not exist or has been deleted.', code: 'NOT_FOUND',
  });
}

/** `conflict` is known only when a committed record holds the value; never for a clash of ids or inside one batch. */
export function duplicateEntry(conflict?: { label: string; recordId: string; objectNameSingular: string }): Refusal {
  const extensions = conflict === undefined
    ? { userFriendlyMessage: 'This record already exists. Please check your data and try again.', code: 'BAD_USER_INPUT' }
    : {
        userFriendlyMessage: `This ${conflict.label} value is already in use. Please check your data and try again.`,
        conflictingRecordId: conflict.recordId,
        conflictingObjectNameSingular: conflict.objectNameSingular,
        code: 'BAD_USER_INPUT',
      };
  return new Refusal('A duplicate entry was detected', badRequest, extensions);
}

export function ambiguousUpsert(keys: string): Refusal {
  const message = `Multiple records found with the same unique field values for ${keys}. Cannot determine which record to update.`;
  return new Refusal(message, badRequest, { subCode: 'UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT', userFriendlyMessage: message, code: 'BAD_USER_INPUT' });
}

export function brokenForeignKey(message: string): Refusal {
  return new Refusal(message, badRequest, {
    userFriendlyMessage: 'This operation references a record that does not exist or cannot be modified due to existing relationships.',
    code: 'BAD_USER_INPUT',
  });
}

/** What PostgreSQL itself refuses while filtering. */
export function databaseRefusal(message: string): Refusal {
  return new Refusal(message, badRequest, { userFriendlyMessage: general, code: 'BAD_USER_INPUT' });
}

/** A text with a NUL character reaches PostgreSQL and fails there. */
export function databaseFailure(): Refusal {
  return new Refusal('Data validation error.', { status: 500, error: 'InternalServerErrorException' }, {
    userFriendlyMessage: general, code: 'INTERNAL_SERVER_ERROR',
  });
}

export function tooManyToWrite(limit: number): Refusal {
  const message = `Maximum number of records to upsert is ${limit}.`;
  return new Refusal(message, badRequest, { subCode: 'TOO_MANY_RECORDS_TO_UPDATE', userFriendlyMessage: message, code: 'BAD_USER_INPUT' });
}

export function tooManyToUpdate(limit: number): Refusal {
  const message = `Cannot update more than ${limit} records at once`;
  return new Refusal(message, { status: 400, error: 'Error', code: 'TOO_MANY_RECORDS_TO_UPDATE' }, {
    subCode: 'TOO_MANY_RECORDS_TO_UPDATE', userFriendlyMessage: message, code: 'BAD_USER_INPUT',
  });
}

export function permissionDenied(): Refusal {
  const message = 'Entity performing the request does not have permission';
  return new Refusal(message, { status: 400, error: 'Error', code: 'PERMISSION_DENIED' }, {
    subCode: 'PERMISSION_DENIED', userFriendlyMessage: message, code: 'FORBIDDEN',
  });
}

export function tooComplex(message: string): Refusal {
  return new Refusal(message, badRequest, { subCode: 'TOO_COMPLEX_QUERY', userFriendlyMessage: general, code: 'BAD_USER_INPUT' });
}

export function limitReached(capacity: number, periodMs: number): Refusal {
  return new Refusal(`Limit reached (${capacity} tokens per ${periodMs} ms)`, { status: 429, error: 'HttpException' }, {
    subCode: 'LIMIT_REACHED', userFriendlyMessage: 'Rate limit reached. Please try again later.', code: 'BAD_USER_INPUT',
  });
}
