import type Stripe from 'stripe';
import { ConnectorError } from '../../domain/failure.ts';
import { oneLine } from '../../domain/text.ts';
import type { CustomerRequest, DraftRequest, LineRequest } from '../invoicing.ts';
import { stripeAmount } from './amounts.ts';
import { countryCode } from './country.ts';
import { OWN } from './shapes.ts';

/** Requests as Stripe takes them. What a request says must give the same parameters for ever: its key goes with its body. */

export function customerParams({ party, name, email, address }: CustomerRequest): Stripe.CustomerCreateParams {
  const country = countryCode(address?.country);
  return {
    name: cut(name, 256),
    email,
    ...(address === undefined ? {} : {
      address: {
        ...filled('line1', address.street1), ...filled('line2', address.street2), ...filled('city', address.city), ...filled('postal_code', address.postcode),
        ...filled('state', address.state), ...filled('country', country),
      },
    }),
    metadata: { [OWN.party]: party },
  };
}

/** A draft that stays one until it is finalised, and takes up no item that lies about: ours are added to it by its id. */
export function draftParams({ integration, opportunityId, round, customerId, currency, daysUntilDue, memo, footer }: DraftRequest): Stripe.InvoiceCreateParams {
  return {
    customer: customerId,
    currency: currency.toLowerCase(),
    collection_method: 'send_invoice',
    days_until_due: daysUntilDue,
    auto_advance: false,
    pending_invoice_items_behavior: 'exclude',
    ...(memo === undefined ? {} : { description: cut(memo, 1_500) }),
    ...(footer === undefined ? {} : { footer: cut(footer, 5_000) }),
    metadata: { [OWN.integration]: integration, [OWN.opportunity]: opportunityId, [OWN.round]: String(round) },
  };
}

export function lineParams({ invoiceId, customerId, currency, place, description, amountMicros }: LineRequest): Stripe.InvoiceItemCreateParams {
  const amount = stripeAmount(BigInt(amountMicros), currency);
  if (!amount.ok) throw new ConnectorError('stripe', 'rejected', `stripe: ${amount.problem}`);
  return {
    customer: customerId,
    invoice: invoiceId,
    amount: amount.amount,
    currency: currency.toLowerCase(),
    description: oneLine(description),
    metadata: { [OWN.place]: String(place) },
  };
}

function filled<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value.trim() === '' ? {} : { [key]: value.trim() } as Record<K, string>;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).toWellFormed();
}
