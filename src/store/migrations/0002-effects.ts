import { type Kysely, sql } from 'kysely';

/** The ledger of everything Sluice changes outside, and the keys that keep two runs from making one thing twice. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table effects (
     key text primary key,
     integration text not null,
     step text not null,
     target text not null,
     summary text not null,
     state text not null check (state in ('planned', 'attempting', 'done', 'rejected', 'unknown')),
     request jsonb,
     generation int not null default 0,
     attempts int not null default 1,
     outside_id text,
     code text,
     reason text,
     set_id text,
     created_at timestamptz not null default clock_timestamp(),
     attempted_at timestamptz,
     ended_at timestamptz
   ) with (fillfactor = 80)`,
  `create index effects_open on effects (integration, step) where state in ('attempting', 'unknown')`,

  // A delivery has at most one effect per step: a digest that is frozen keeps its members for good.
  `create table effect_members (
     delivery_id uuid not null references deliveries (id) on delete cascade,
     step text not null,
     effect_key text not null references effects (key) on delete cascade,
     primary key (delivery_id, step)
   )`,
  'create index effect_members_key on effect_members (effect_key)',

  // A record without a unique value outside is known here by its natural key while it is being made.
  `create table natural_keys (
     key text primary key,
     locked_by text,
     locked_until timestamptz,
     outside_id text,
     settled_at timestamptz
   )`,
];
