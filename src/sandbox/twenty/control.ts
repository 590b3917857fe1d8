import type { Answer } from './answer.ts';
import type { Fault, RecordRefusal } from './faults.ts';
import { Refusal } from './refusal.ts';
import type { Sandbox } from './sandbox.ts';
import type { Asked } from './server.ts';
import { allRecords } from './user-hands.ts';
import type { Weather } from './weather.ts';

/**
 * The sandbox's own endpoints below `/sandbox/`, for tests and the command line in another process. They need no token,
 * are not counted and do not exist in Twenty.
 */
export async function answerControl(sandbox: Sandbox, asked: Asked): Promise<Answer | undefined> {
  const [, root, area = '', ...rest] = asked.path.split('/');
  if (root !== 'sandbox') return undefined;
  try {
    return (await route(sandbox, asked, area, rest)) ?? { status: 404, body: { problem: `There is no ${asked.method} ${asked.path} in the sandbox.` } };
  } catch (error) {
    if (error instanceof Refusal) return { status: 422, body: { problem: error.message } };
    throw error;
  }
}

async function route(sandbox: Sandbox, { method, query, body }: Asked, area: string, rest: readonly string[]): Promise<Answer | undefined> {
  const { service, webhooks } = sandbox;
  const given = (body ?? {}) as Record<string, unknown>;
  switch (`${method} ${area}`) {
    case 'GET ledger':
      return { status: 200, body: service.ledger.since(Number(query.get('since') ?? 0)) };
    case 'GET records': {
      const object = service.workspace.objectByPlural(rest[0] ?? '');
      return object === undefined ? undefined : { status: 200, body: allRecords(service.workspace, object.namePlural) };
    }
    case 'GET tokens':
      return { status: 200, body: { available: service.buckets.at(-1)?.available(service.workspace.now()) ?? null } };
    case 'PUT tokens':
      service.buckets.at(-1)?.set(Number(given.available), service.workspace.now());
      return { status: 204 };
    case 'POST faults':
      service.faults.add(given as unknown as Fault);
      return { status: 204 };
    case 'POST refusals':
      service.faults.refuse(given as unknown as RecordRefusal);
      return { status: 204 };
    case 'PUT weather':
      webhooks.disturb(given as unknown as Weather);
      return { status: 204 };
    case 'DELETE weather':
      webhooks.disturb(undefined);
      return { status: 204 };
    case 'POST key':
      service.faults.keyRevoked = given.revoked === true;
      return { status: 204 };
    case 'DELETE faults':
      service.faults.clear();
      return { status: 204 };
    case 'GET deliveries':
      return { status: 200, body: webhooks.deliveries };
    case 'GET settled':
      await sandbox.settled();
      return { status: 200, body: { settled: true } };
    default:
      return area === 'as-user' ? asUser(sandbox, method, rest, given) : undefined;
  }
}

/** `POST /sandbox/as-user/people`, `PATCH|DELETE /sandbox/as-user/people/{id}`, `POST …/{id}/restore`, `DELETE …/{id}/destroy`. */
function asUser({ asUser: hands }: Sandbox, method: string, [object = '', id, verb]: readonly string[], data: Record<string, unknown>): Answer | undefined {
  if (id === undefined) return method === 'POST' ? { status: 201, body: hands.create(object, data) } : undefined;
  switch (`${method} ${verb ?? ''}`) {
    case 'PATCH ': return { status: 200, body: hands.update(object, id, data) };
    case 'DELETE ': return { status: 200, body: hands.softDelete(object, id) };
    case 'DELETE destroy': return { status: 200, body: hands.destroy(object, id) };
    case 'POST restore': return { status: 200, body: hands.restore(object, id) };
    default: return undefined;
  }
}
