import type { Integration } from '../config/use-case.ts';
import type { ResendClient } from '../connectors/resend/index.ts';
import type { TwentyClient } from '../connectors/twenty/index.ts';
import type { Tools } from '../connectors/tool.ts';
import type { Role } from '../domain/role.ts';
import type { Database } from '../store/database.ts';

/** What activities work with; made once by the worker. */
export interface ActivityDeps {
  readonly database: Database;
  readonly integrations: ReadonlyMap<string, Integration>;
  /** The connections whose calls are counted; those of the others are free. */
  readonly budgeted: ReadonlySet<string>;
  /** Connectors by the name of their connection; throw when the configuration has no such connection. */
  twenty(connection: string): TwentyClient;
  mail(connection: string): ResendClient;
  /** A tool in one of its roles; throws when the connection is not configured as one that has it. */
  tool<R extends Role>(role: R, connection: string): Tools[R];
  readonly alerts?: AlertTargets;
  /** Hosts that may be called over http. */
  readonly allowInsecure: readonly string[];
  readonly log: (event: string, fields: Record<string, unknown>) => void;
}

export interface AlertTargets {
  readonly email?: { readonly to: readonly string[]; readonly from: string; readonly connection: string };
  readonly webhookUrl?: string;
}
