// Past 250 lines because a function of the database can only be replaced whole: budget_take and budget_forecast stand here once more.
import { type Kysely, sql } from 'kysely';

/** Budgets of several windows at once, what a service says is left, calls at the same time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `windows`: no bucket below the windows; after a silent refusal refill_ms and capacity pace the calls for a while.
  // told_*: what an answer said is left until when, counted down by our own calls since.
  // hold_ms: how long a call holds its lease, on average.
  `alter table budgets
     drop constraint budgets_algorithm_check,
     add constraint budgets_algorithm_check check (algorithm in ('twenty', 'steady', 'windows')),
     add column concurrency int,
     add column hold_ms double precision not null default 300,
     add column told_left int not null default 0,
     add column told_reserve int not null default 0,
     add column told_until timestamptz not null default '-infinity'`,

  // A window is counted in sixty cells; used[i] are the calls granted in cell first_cell + i - 1 since 1970.
  // aligned: the service's windows begin at whole multiples of their length, in UTC.
  `create table budget_windows (
     connection text not null references budgets (connection) on delete cascade,
     length_ms double precision not null,
     calls int not null,
     reserve int not null,
     aligned boolean not null,
     first_cell bigint not null default 0,
     used int[] not null default '{}',
     primary key (connection, length_ms)
   ) with (fillfactor = 50)`,

  `create table budget_leases (
     connection text not null references budgets (connection) on delete cascade,
     holder text not null,
     taken_at timestamptz not null,
     expires_at timestamptz not null,
     primary key (connection, holder)
   ) with (fillfactor = 50)`,

  `create or replace function budget_available(b budgets, moment timestamptz, out available double precision, out earned double precision, out refill double precision, out elapsed double precision)
   language plpgsql immutable as $$
   declare
     slowness double precision := greatest(1, b.slow_factor - extract(epoch from moment - b.slowed_at) / 120);
   begin
     refill := b.refill_ms * slowness;
     elapsed := extract(epoch from moment - b.last_at) * 1000;
     if b.algorithm = 'twenty' then
       earned := floor(greatest(elapsed - b.slack_ms, 0) / refill);
     elsif b.algorithm = 'windows' and slowness <= 1 then
       earned := 'Infinity';
       available := 'Infinity';
       return;
     else
       earned := greatest(elapsed, 0) / refill;
     end if;
     available := least(b.capacity, b.tokens + earned);
   end $$`,

  // When calls of a cell have left the window, in milliseconds since 1970. The slack is what may lie between our granting and
  // the service's counting. In an aligned window a call that may be counted on either side of the border counts on both.
  `create function budget_cell_leaves(w budget_windows, p_slack double precision, p_cell double precision) returns double precision
   language sql immutable as $$
     select case when w.aligned
       then ceil(((p_cell + 1) * w.length_ms / 60 + p_slack) / w.length_ms) * w.length_ms + p_slack
       else (p_cell + 1) * w.length_ms / 60 + w.length_ms + p_slack end
   $$`,

  // Milliseconds until the last of "tokens" can be granted behind "ahead" others; 0 when now. Each call granted takes the place of
  // one that leaves; whoever stands further back than the window is wide takes a place a whole window later.
  `create function budget_window_wait(w budget_windows, p_slack double precision, p_moment timestamptz, p_ahead int, p_tokens int, p_urgent boolean)
   returns double precision language plpgsql immutable as $$
   declare
     now_ms double precision := extract(epoch from p_moment) * 1000;
     wide int := greatest(1, w.calls - case when p_urgent then 0 else w.reserve end);
     period double precision := case when w.aligned then w.length_ms else w.length_ms * 61 / 60 + p_slack end;
     counted int := 0;
     need int;
     rounds int;
     leaves double precision;
   begin
     for i in 1 .. cardinality(w.used) loop
       if budget_cell_leaves(w, p_slack, w.first_cell + i - 1) > now_ms then counted := counted + w.used[i]; end if;
     end loop;
     need := p_ahead + least(p_tokens, wide) - (wide - counted);
     if need <= 0 then return 0; end if;
     rounds := greatest(0, ceil((need - counted)::double precision / wide));
     need := need - rounds * wide;
     if need <= 0 then return greatest(1, rounds * period); end if;
     for i in 1 .. cardinality(w.used) loop
       leaves := budget_cell_leaves(w, p_slack, w.first_cell + i - 1);
       if leaves > now_ms then
         need := need - w.used[i];
         if need <= 0 then return greatest(1, leaves - now_ms + rounds * period); end if;
       end if;
     end loop;
     return greatest(1, (rounds + 1) * period);
   end $$`,

  // Counts granted calls in every window of a connection and forgets the cells that have left.
  `create function budget_use_windows(p_connection text, p_slack double precision, p_moment timestamptz, p_tokens int) returns void
   language plpgsql as $$
   declare
     w budget_windows;
     cell bigint;
     place int;
     kept int;
   begin
     for w in select * from budget_windows where connection = p_connection loop
       cell := floor(extract(epoch from p_moment) * 1000 / (w.length_ms / 60));
       kept := 62 + 2 * ceil(p_slack / (w.length_ms / 60))::int;
       if cardinality(w.used) = 0 or cell - w.first_cell > 2 * kept + cardinality(w.used) then
         w.first_cell := cell;
         w.used := array[p_tokens];
       else
         place := greatest(1, cell - w.first_cell + 1);
         if place > cardinality(w.used) then
           w.used := w.used || array_fill(0, array[place - cardinality(w.used)]);
         end if;
         w.used[place] := w.used[place] + p_tokens;
         if place > kept then
           w.used := w.used[place - kept + 1 : place];
           w.first_cell := w.first_cell + place - kept;
         end if;
       end if;
       update budget_windows set first_cell = w.first_cell, used = w.used where connection = p_connection and length_ms = w.length_ms;
     end loop;
   end $$`,

  // How long what others said keeps calls away, and the widest wait of all windows; the bucket is for the caller to ask.
  `create function budget_walls(b budgets, p_moment timestamptz, p_ahead int, p_tokens int, p_urgent boolean, out wait double precision, out told boolean)
   language plpgsql stable as $$
   declare
     w budget_windows;
   begin
     wait := 0;
     told := false;
     if b.blocked_until > p_moment then
       wait := extract(epoch from b.blocked_until - p_moment) * 1000;
       told := true;
     end if;
     if b.told_until > p_moment and p_ahead + p_tokens > b.told_left - (case when p_urgent then 0 else b.told_reserve end) then
       wait := greatest(wait, extract(epoch from b.told_until - p_moment) * 1000);
       told := told or b.told_left < p_tokens;
     end if;
     for w in select * from budget_windows where connection = b.connection loop
       wait := greatest(wait, budget_window_wait(w, b.slack_ms, p_moment, p_ahead, p_tokens, p_urgent));
     end loop;
   end $$`,

  'drop function budget_take(text, text, boolean, int, timestamptz)',

  // As before, with more to pass: every window, what the service said is left, and, for a holder of a lease, a place among the
  // calls under way. told: the wait is the service's word, for everybody. leased: the holder must give its place back.
  `create function budget_take(p_connection text, p_waiter text, p_urgent boolean, p_tokens int, p_moment timestamptz, p_holder text, p_lease_ms int,
     out wait int, out queued_ms int, out told boolean, out leased boolean)
   language plpgsql as $$
   declare
     b budgets;
     moment timestamptz;
     s record;
     walls record;
     usable double precision;
     since timestamptz;
     ahead int;
     together int := 0;
     needed double precision;
     under_way int := 0;
     longest double precision := 0;
   begin
     wait := 0;
     queued_ms := 0;
     told := false;
     leased := false;
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
     if needed > 0 then
       longest := greatest(1, case when b.algorithm = 'twenty' then b.slack_ms + (s.earned + needed) * s.refill - s.elapsed else needed * s.refill end);
     end if;
     select * into walls from budget_walls(b, moment, ahead, p_tokens, p_urgent);
     longest := greatest(longest, walls.wait);
     told := walls.told;
     if b.concurrency is not null and p_holder is not null then
       select count(*) into under_way from budget_leases
         where connection = p_connection and expires_at > moment and holder <> p_holder;
       if under_way + ahead + 1 > b.concurrency then
         -- Nobody knows when a call ends: those next in turn look again soon, the others when it may be theirs.
         longest := greatest(longest, greatest(25, b.hold_ms / 4), (under_way + ahead + 1 - 2 * b.concurrency) * b.hold_ms / b.concurrency);
       end if;
     end if;
     if longest <= 0 then
       update budgets set tokens = s.available - p_tokens, last_at = moment, granted = granted + p_tokens,
         burst = case when p_urgent then burst else greatest(b.burst - p_tokens, 0) end,
         told_left = case when told_until > moment then greatest(0, told_left - p_tokens) else told_left end
         where connection = p_connection;
       perform budget_use_windows(p_connection, b.slack_ms, moment, p_tokens);
       delete from budget_waiters where connection = p_connection and waiter = p_waiter;
       if b.concurrency is not null and p_holder is not null then
         delete from budget_leases where connection = p_connection and expires_at <= moment;
         insert into budget_leases values (p_connection, p_holder, moment, moment + p_lease_ms * interval '1 millisecond')
           on conflict (connection, holder) do update set taken_at = excluded.taken_at, expires_at = excluded.expires_at;
         leased := true;
       end if;
       return;
     end if;
     wait := ceil(least(longest, 2000000000));
     update budget_waiters set due_at = moment + wait * interval '1 millisecond'
       where connection = p_connection and waiter = p_waiter;
   end $$`,

  'drop function budget_forecast(text, boolean)',

  // How long a call asked for now would wait, in milliseconds, without asking for it.
  `create function budget_forecast(p_connection text, p_urgent boolean, p_moment timestamptz default null) returns int
   language plpgsql stable as $$
   declare
     b budgets;
     moment timestamptz := coalesce(p_moment, clock_timestamp());
     s record;
     ahead int;
     needed double precision;
     longest double precision := 0;
   begin
     select * into b from budgets where connection = p_connection;
     if not found then return 0; end if;
     select * into s from budget_available(b, moment);
     select coalesce(sum(tokens) filter (where urgent or not p_urgent), 0) into ahead
       from budget_waiters where connection = p_connection and due_at > moment - interval '15 seconds';
     needed := ahead + 1 - s.available + case when p_urgent then 0 else b.reserve end;
     if needed > 0 then
       longest := case when b.algorithm = 'twenty' then b.slack_ms + (s.earned + needed) * s.refill - s.elapsed else needed * s.refill end;
     end if;
     select greatest(longest, walls.wait) into longest from budget_walls(b, moment, ahead, 1, p_urgent) as walls;
     return ceil(greatest(0, least(longest, 2000000000)));
   end $$`,
];
