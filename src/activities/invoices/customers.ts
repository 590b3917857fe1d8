import type { RunInput } from '../../domain/run.ts';
import type { CustomerRequest } from '../../connectors/invoicing.ts';
import { begunEffects } from '../../store/effects.ts';
import { forgetCustomer, knownCustomers, noteCustomer } from '../../store/invoices.ts';
import { patchItems } from '../../store/items.ts';
import { membersOfGroup } from '../records/record-groups.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection, midway } from '../runtime/step.ts';
import { carryOut } from '../tools/carry-out.ts';
import { type Bill, type DealItem, invoicesOfRun, loadBills, PLANNED_CUSTOMER } from './deal-item.ts';
import { endBills } from './end-bills.ts';

/**
 * Finds the customer of each deal: the one that was billed before, if it is still there, else what the tool knows by our mark or by the
 * e-mail address. Answers how many are to be made.
 */
export async function matchCustomers(deps: ActivityDeps, run: RunInput): Promise<{ toCreate: number }> {
  const { tool: connection } = invoicesOfRun(deps, run).settings;
  const tool = deps.tool('invoicing', connection);
  const parties = byParty((await loadBills(deps, run)).filter(({ customerId }) => customerId === undefined));
  if (parties.size === 0) return { toCreate: 0 };
  const known = await knownCustomers(deps.database, connection, [...parties.keys()]);
  const begun = await begunEffects(deps.database, [...parties.keys()].map((party) => customerKey(connection, party, known.get(party)?.round ?? 1)));
  return onConnection(deps, run, connection, async (context) => {
    let toCreate = 0;
    let call = context;
    for (const [party, bills] of parties) {
      const own = known.get(party);
      let customerId = own?.customerId;
      if (customerId !== undefined && !(await tool.hasCustomer(customerId, call))) {
        if (!run.dryRun) await forgetCustomer(deps.database, connection, party, customerId);
        customerId = undefined;
      }
      call = midway(context);
      // One that is being made, here or in another run, is not looked for: the same request makes the same one.
      if (customerId === undefined && !begun.has(customerKey(connection, party, own?.round ?? 1))) {
        const found = await tool.findCustomer(requestOf(bills[0]!), call);
        if (typeof found === 'object') customerId = found.id;
        if (customerId !== undefined && !run.dryRun) await noteCustomer(deps.database, connection, party, customerId);
      }
      if (customerId === undefined) toCreate += 1;
      else await patchItems(deps.database, run, bills.map(({ group }) => ({ deliveryId: group.leader.deliveryId, data: { customerId } satisfies Partial<DealItem> })));
    }
    return { toCreate };
  });
}

/** Makes the customers that are missing, one for all deals of a company. */
export async function createCustomers(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { tool: connection } = invoicesOfRun(deps, run).settings;
  const tool = deps.tool('invoicing', connection);
  const parties = [...byParty((await loadBills(deps, run)).filter(({ customerId }) => customerId === undefined))];
  const known = await knownCustomers(deps.database, connection, parties.map(([party]) => party));
  const ends = await carryOut<CustomerRequest, { readonly id: string }>(deps, run, {
    connection,
    step: 'customer',
    changes: parties.map(([party, bills]) => ({
      key: customerKey(connection, party, known.get(party)?.round ?? 1), summary: `create customer ${bills[0]!.plan.name}`,
      members: bills.flatMap(({ group }) => membersOfGroup(group)), request: requestOf(bills[0]!),
    })),
    async send(request, key, context) {
      const { id } = await tool.createCustomer(request, key, context);
      return { outsideId: id, answer: { id } };
    },
    async lookUp(request, context) {
      const found = await tool.findCustomer(request, context);
      return typeof found === 'object' ? { outsideId: found.id, answer: found } : found;
    },
    ...(tool.keyLastsMs === undefined ? {} : { keyLastsMs: tool.keyLastsMs }),
  }, (end, index) => {
    const customerId = end.status === 'done' ? end.outsideId : end.status === 'planned' ? PLANNED_CUSTOMER : undefined;
    return customerId === undefined ? [] : parties[index]![1].map(({ group }) => ({ deliveryId: group.leader.deliveryId, data: { customerId } satisfies Partial<DealItem> }));
  });
  for (const [index, end] of ends.entries()) {
    if (end.status === 'done' && end.outsideId !== undefined) await noteCustomer(deps.database, connection, parties[index]![0], end.outsideId);
  }
  await endBills(deps, run, parties.flatMap(([, bills], index) => bills.map((bill) => ({ bill, end: ends[index]!, before: 'Nothing was billed', what: 'the customer' }))));
  return { made: ends.filter(({ status }) => status === 'done').length };
}

function byParty(bills: readonly Bill[]): ReadonlyMap<string, readonly Bill[]> {
  return Map.groupBy(bills, ({ plan }) => plan.party);
}

/** One customer for a party in a tool, whichever integration bills it. */
function customerKey(connection: string, party: string, round: number): string {
  return `${connection}/${party}/customer${round === 1 ? '' : `-${String(round)}`}`;
}

function requestOf({ plan: { party, name, email, address } }: Bill): CustomerRequest {
  return { party, name, email, ...(address === undefined ? {} : { address }) };
}
