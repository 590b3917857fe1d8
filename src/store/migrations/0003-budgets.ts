import { type Kysely, sql } from 'kysely';

/** What every worker may ask of a connection together: its budget of calls, who waits for one, and its breaker. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `tokens` stood at `last_at`, the moment of the last grant; what was earned since is computed when asked.
  `create table budgets (
     connection text primary key,
     algorithm text not null check (algorithm in ('twenty', 'steady')),
     capacity int not null,
     refill_ms double precision not null,
     slack_ms double precision not null,
     reserve int not null,
     gather int not null,
     tokens double precision not null default 0,
     last_at timestamptz not null default clock_timestamp(),
     burst int not null default 0,
     blocked_until timestamptz not null default '-infinity',
     slow_factor double precision not null default 1,
     slowed_at timestamptz not null default clock_timestamp(),
     granted bigint not null default 0
   ) with (fillfactor = 50)`,

  `create table budget_waiters (
     connection text not null references budgets (connection) on delete cascade,
     waiter text not null,
     urgent boolean not null,
     tokens int not null,
     registered_at timestamptz not null,
     due_at timestamptz not null,
     primary key (connection, waiter)
   ) with (fillfactor = 50)`,

  `create table breakers (
     connection text primary key,
     state text not null default 'closed' check (state in ('closed', 'open', 'half-open')),
     faults int not null default 0,
     reason text,
     final boolean not null default false,
     opened_at timestamptz,
     retry_at timestamptz,
     backoff_ms int not null default 5000
   )`,

  // Tokens that can be counted on now. Twenty adds floor(ms since the last served call / refill) and every served call
  // resets that clock; the slack covers the time between our sending and its serving. A slowed rate recovers by itself.
  `create function budget_available(b budgets, moment timestamptz, out available double precision, out earned double precision, out refill double precision, out elapsed double precision)
   language plpgsql immutable as $$
   begin
     refill := b.refill_ms * greatest(1, b.slow_factor - extract(epoch from moment - b.slowed_at) / 120);
     elapsed := extract(epoch from moment - b.last_at) * 1000;
     if b.algorithm = 'twenty' then
       earned := floor(greatest(elapsed - b.slack_ms, 0) / refill);
     else
       earned := greatest(elapsed, 0) / refill;
     end if;
     available := least(b.capacity, b.tokens + earned);
   end $$`,

  // One question of one waiter: 0 when its tokens are granted now, else how many milliseconds to stay away. It stands in
  // the queue from its first question on: urgent before bulk, then in order. Bulk leaves the reserve alone and lets up to
  // "gather" tokens come together for those who wait, since every gap between calls loses the slack once.
  // queued_ms tells a waiter that asks again how long it has been standing there.
  `create function budget_take(p_connection text, p_waiter text, p_urgent boolean, p_tokens int, p_moment timestamptz,
     out wait int, out queued_ms int)
   language plpgsql as $$
   declare
     b budgets;
     moment timestamptz;
     s record;
     usable double precision;
     since timestamptz;
     ahead int;
     together int := 0;
     needed double precision;
   begin
     wait := 0;
     queued_ms := 0;
     select * into b from budgets where connection = p_connection for update;
     if not found then return; end if;
     moment := coalesce(p_moment, clock_timestamp());
     delete from budget_waiters
       where connection = p_connection and due_at < moment - interval '15 seconds' and waiter <> p_waiter;
     insert into budget_waiters values (p_connection, p_waiter, p_urgent, p_tokens, moment, moment)
       on conflict (connection, waiter) do update set due_at = moment, tokens = excluded.tokens
       returning registered_at into since;
     queued_ms := extract(epoch from moment - since) * 1000;
     select * into s from budget_available(b, moment);
     usable := s.available - case when p_urgent then 0 else b.reserve end;
     select coalesce(sum(w.tokens) filter (where w.urgent and not p_urgent
              or w.urgent = p_urgent and (w.registered_at, w.waiter) < (since, p_waiter)), 0),
            coalesce(sum(w.tokens) filter (where not w.urgent and w.due_at <= moment + interval '1 second'), 0)
       into ahead, together
       from budget_waiters w where w.connection = p_connection;
     needed := ahead + p_tokens - usable;
     if not p_urgent and b.burst <= 0 then
       together := greatest(p_tokens, least(b.gather, together));
       if usable >= together then
         b.burst := together;
       else
         needed := greatest(needed, together - usable);
       end if;
     end if;
     if needed <= 0 and b.blocked_until <= moment then
       update budgets set tokens = s.available - p_tokens, last_at = moment, granted = granted + p_tokens,
         burst = case when p_urgent then burst else greatest(b.burst - p_tokens, 0) end
         where connection = p_connection;
       delete from budget_waiters where connection = p_connection and waiter = p_waiter;
       return;
     end if;
     wait := ceil(greatest(1, extract(epoch from b.blocked_until - moment) * 1000,
       case when b.algorithm = 'twenty' then b.slack_ms + (s.earned + needed) * s.refill - s.elapsed else needed * s.refill end));
     update budget_waiters set due_at = moment + wait * interval '1 millisecond'
       where connection = p_connection and waiter = p_waiter;
   end $$`,

  // How long a call asked for now would wait, in milliseconds, without asking for it.
  `create function budget_forecast(p_connection text, p_urgent boolean) returns int
   language plpgsql stable as $$
   declare
     b budgets;
     moment timestamptz := clock_timestamp();
     s record;
     ahead int;
     needed double precision;
   begin
     select * into b from budgets where connection = p_connection;
     if not found then return 0; end if;
     select * into s from budget_available(b, moment);
     select coalesce(sum(tokens) filter (where urgent or not p_urgent), 0) into ahead
       from budget_waiters where connection = p_connection and due_at > moment - interval '15 seconds';
     needed := ahead + 1 - s.available + case when p_urgent then 0 else b.reserve end;
     if b.blocked_until > moment then return ceil(extract(epoch from b.blocked_until - moment) * 1000); end if;
     if needed <= 0 then return 0; end if;
     if b.algorithm = 'twenty' then
       return greatest(0, ceil(b.slack_ms + (s.earned + needed) * s.refill - s.elapsed));
     end if;
     return ceil(needed * s.refill);
   end $$`,
];
