import { Refusal } from './refusal.ts';

/** What goes back over HTTP: as JSON, or as it is when a content type is given; an undefined body sends none. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** An error of the record API as REST words it. */
export function restError(error: unknown): Answer {
  if (error instanceof Refusal) {
    const { restStatus: statusCode, restError: name, restCode: code, message } = error;
    return { status: statusCode, body: { statusCode, error: name, messages: [message], ...(code === undefined ? {} : { code }) } };
  }
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return { status: 400, body: { statusCode: 400, error: error.name, messages: [error.message] } };
  }
  throw error;
}

export const missingToken: Answer = { status: 403, body: { statusCode: 403, messages: ['Missing authentication token'], error: 'FORBIDDEN_EXCEPTION' } };

export const invalidToken: Answer = { status: 401, body: { statusCode: 401, messages: ['Token invalid.'], error: 'UNAUTHENTICATED' } };

export const revokedKey: Answer = { status: 403, body: { statusCode: 403, messages: ['This API Key is revoked'], error: 'FORBIDDEN_EXCEPTION' } };

/** The same three as GraphQL words them; without a token it pretends that the field does not exist. */
export const invalidTokenGraphql: Answer = {
  status: 200,
  body: { errors: [{ message: 'Token invalid.', extensions: {
    userFriendlyMessage: { id: 'z+7x/s', message: 'You must be authenticated to perform this action.' }, subCode: 'UNAUTHENTICATED', code: 'UNAUTHENTICATED',
  } }] },
};

export const revokedKeyGraphql: Answer = {
  status: 200,
  body: { errors: [{ message: 'This API Key is revoked', extensions: {
    subCode: 'FORBIDDEN_EXCEPTION', userFriendlyMessage: { id: 'q5OVn+', message: 'You do not have permission to perform this action.' }, code: 'FORBIDDEN',
  } }] },
};
