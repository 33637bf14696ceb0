-- The transaction log on PostgreSQL. Times are seconds since 1970 with nine decimals in the log's
-- own time: to_timestamp(due) shows one to people.

-- One row per shard: who may write, and since when.
--   number    the newest epoch: whatever carries another one is fenced
--   expires   in the database's time; renewals grows with each renewal
--   clock     the log's time never starts below this
create table if not exists ${prefix}epoch (
  shard varchar(64) collate "C" not null,
  number bigint not null,
  owner varchar(128) not null,
  lease numeric(28, 9) not null,
  expires numeric(28, 9) not null,
  renewals bigint not null,
  clock numeric(28, 9) not null,
  primary key (shard)
);

-- One row per transaction.
--   status    0 open, 1 parked, 2 ended
--   due       when it wants attention; where held is not 0, since when it is in the hands of held
--   held      the epoch whose hands it is in, 0: nobody's, due counts
--   epoch     the epoch that wrote the last record
create table if not exists ${prefix}head (
  shard varchar(64) collate "C" not null,
  tx varchar(128) collate "C" not null,
  seq integer not null,
  status smallint not null,
  due numeric(28, 9) not null,
  held bigint not null,
  epoch bigint not null,
  started numeric(28, 9) not null,
  changed numeric(28, 9) not null,
  primary key (shard, tx)
);

-- Asked first, because "create index if not exists" locks the table before it looks.
do $$ begin if to_regclass('${prefix}head_due') is null then
  create index if not exists ${prefix}head_due on ${prefix}head (shard, due, tx) where status = 0; end if; end $$;

do $$ begin if to_regclass('${prefix}head_live') is null then
  create index if not exists ${prefix}head_live on ${prefix}head (shard, tx) where status <> 2; end if; end $$;

do $$ begin if to_regclass('${prefix}head_ended') is null then
  create index if not exists ${prefix}head_ended on ${prefix}head (shard, changed) where status = 2; end if; end $$;

-- The records. kind: 0 begin, 1 step, 2 decide, 3 park, 4 resolve, 5 end. locks: one name a line.
create table if not exists ${prefix}log (
  shard varchar(64) collate "C" not null,
  tx varchar(128) collate "C" not null,
  seq integer not null,
  kind smallint not null,
  forced boolean not null,
  due numeric(28, 9),
  locks text,
  epoch bigint not null,
  body bytea not null,
  primary key (shard, tx, seq)
);

-- Locks held by transactions that have not ended. Names are escaped like Java string literals.
create table if not exists ${prefix}lock (
  shard varchar(64) collate "C" not null,
  name text collate "C" not null,
  tx varchar(128) collate "C" not null,
  primary key (shard, name)
);

do $$ begin if to_regclass('${prefix}lock_tx') is null then
  create index if not exists ${prefix}lock_tx on ${prefix}lock (shard, tx); end if; end $$;

-- One row: what release these tables are for. Whoever changes them raises version; a release that
-- knows less refuses them. Last, so that where it is, all tables are.
create table if not exists ${prefix}format (
  id smallint not null,
  version integer not null,
  primary key (id)
);

insert into ${prefix}format (id, version) values (1, 1) on conflict (id) do nothing;
