-- The barrier on PostgreSQL: one row per branch of a transaction.
--   state       1 tried, 2 confirmed, 3 cancelled, 4 cancelled before it was tried,
--               5 refused by the work of its try. No code ever changes its meaning; a row whose
--               state a release does not know is refused by it, so the table needs no version
--   epoch       the newest coordinator that called; older ones are refused
--   started     when the transaction began, in microseconds since 1970 in its log's time
--   try_result  what the try answered, or why it refused; end_result: what the confirm or cancel answered
create table if not exists ${table} (
  tx varchar(128) collate "C" not null,
  branch varchar(64) collate "C" not null,
  state smallint not null,
  epoch bigint not null,
  started bigint not null,
  try_result bytea,
  end_result bytea,
  at timestamptz default current_timestamp not null,
  primary key (tx, branch)
);

-- Asked first, because "create index if not exists" locks the table before it looks.
do $$ begin if to_regclass('${table}_started') is null then
  create index if not exists ${table}_started on ${table} (started); end if; end $$;

-- One row: transactions that began before mark have been forgotten, and are refused.
create table if not exists ${table}_mark (
  id smallint not null,
  mark bigint not null,
  primary key (id)
);

insert into ${table}_mark (id, mark) values (1, -9223372036854775808)
on conflict (id) do nothing;
