import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';

/** One error of a GraphQL answer. */
export const GraphqlError = z.looseObject({
  message: z.string(),
  extensions: z
    .looseObject({
      code: z.string().optional(),
      subCode: z.string().optional(),
      /** A text, or an object with one when the key itself is refused. */
      userFriendlyMessage: z.union([z.string(), z.looseObject({ message: z.string().optional() })]).optional(),
      conflictingRecordId: z.string().optional(),
    })
    .optional(),
});
export type GraphqlError = z.infer<typeof GraphqlError>;

/**
 * Twenty understood the request and refused what is in it. It carries what the refusal tells, so that a batch can be taken
 * apart; to everybody else it is a `rejected` ConnectorError.
 */
export class TwentyRefusal extends ConnectorError {
  readonly reason: 'duplicate' | 'missing_reference' | 'not_found' | 'conflict' | 'invalid';
  /** Twenty's own words as a person should read them. They may quote what was sent, so they stay out of `message`. */
  readonly said: string;
  /** The technical sentence, which names the field and the value. */
  readonly technical: string;
  /** The record that already holds a unique value, when Twenty names it. */
  readonly conflictingRecordId: string | undefined;

  constructor(error: GraphqlError, rootField: string) {
    const reason = reasonOf(error);
    super('twenty', 'rejected', `twenty: ${rootField} was refused (${error.extensions?.subCode ?? reason})`);
    this.name = 'TwentyRefusal';
    this.reason = reason;
    this.said = plainMessage(error);
    this.technical = error.message;
    this.conflictingRecordId = error.extensions?.conflictingRecordId;
  }
}

/** Turns the first error of a GraphQL answer into the error to throw. `changes`: whether the request was a mutation. */
export function graphqlFault(error: GraphqlError, rootField: string, changes: boolean): ConnectorError {
  const { code, subCode } = error.extensions ?? {};
  const fault = (kind: ConnectorError['kind'], unknown = false): ConnectorError =>
    new ConnectorError('twenty', kind, `twenty: ${rootField}: ${error.message}`, { outcomeUnknown: unknown && changes });

  if (subCode === 'LIMIT_REACHED') return fault('rate_limited');
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' || subCode === 'PERMISSION_DENIED') return fault('unauthorized');
  // Without a usable token Twenty builds a schema without records and says that the field does not exist.
  if (/^Cannot query field ".*" on type "(Query|Mutation)"/.test(error.message)) return fault('unauthorized');
  if (code === 'INTERNAL_SERVER_ERROR') return fault('unavailable', true);
  if (subCode === 'QUERY_READ_TIMEOUT' || /read timeout/i.test(error.message)) return fault('timed_out', true);
  if (code === 'BAD_USER_INPUT' || code === 'NOT_FOUND' || code === 'GRAPHQL_VALIDATION_FAILED' || code === undefined) {
    return new TwentyRefusal(error, rootField);
  }
  return code === 'CONFLICT' ? new TwentyRefusal(error, rootField) : fault('unavailable', true);
}

function reasonOf({ message, extensions }: GraphqlError): TwentyRefusal['reason'] {
  if (extensions?.subCode === 'UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT') return 'conflict';
  if (/duplicate entry/i.test(message) || extensions?.conflictingRecordId !== undefined) return 'duplicate';
  if (/violates foreign key constraint/i.test(message)) return 'missing_reference';
  if (extensions?.code === 'NOT_FOUND' || extensions?.subCode === 'RECORD_NOT_FOUND') return 'not_found';
  return 'invalid';
}

/** Twenty's friendly message where it says something, else its technical one, which then says more. */
function plainMessage({ message, extensions }: GraphqlError): string {
  const [, object, field] = /^Object (\w+) doesn't have any "(\w+)" field/.exec(message) ?? [];
  if (field !== undefined) return `The workspace has no field “${field}” on ${object ?? ''}. sluice setup makes the fields that integrations need.`;
  const told = extensions?.userFriendlyMessage;
  const friendly = typeof told === 'string' ? told : told?.message;
  if (friendly === undefined || friendly === '' || /^An error occurred/.test(friendly)) return message;
  // "Invalid value" alone does not name the field; the technical sentence does.
  return /^Invalid (value|UUID)/i.test(friendly) ? message : friendly;
}
