-- The transaction log on H2: as on PostgreSQL, where the columns are explained, without partial
-- indexes, which H2 does not have.
create table if not exists ${prefix}epoch (
  shard varchar(64) not null,
  number bigint not null,
  owner varchar(128) not null,
  lease numeric(28, 9) not null,
  expires numeric(28, 9) not null,
  renewals bigint not null,
  clock numeric(28, 9) not null,
  primary key (shard)
);

create table if not exists ${prefix}head (
  shard varchar(64) not null,
  tx varchar(128) not null,
  seq integer not null,
  status smallint not null,
  due numeric(28, 9) not null,
  held bigint not null,
  epoch bigint not null,
  started numeric(28, 9) not null,
  changed numeric(28, 9) not null,
  primary key (shard, tx)
);

create index if not exists ${prefix}head_due on ${prefix}head (shard, status, due, tx);

create index if not exists ${prefix}head_ended on ${prefix}head (shard, status, changed);

create table if not exists ${prefix}log (
  shard varchar(64) not null,
  tx varchar(128) not null,
  seq integer not null,
  kind smallint not null,
  forced boolean not null,
  due numeric(28, 9),
  locks clob,
  epoch bigint not null,
  body blob not null,
  primary key (shard, tx, seq)
);

create table if not exists ${prefix}lock (
  shard varchar(64) not null,
  name varchar(1024) not null,
  tx varchar(128) not null,
  primary key (shard, name)
);

create index if not exists ${prefix}lock_tx on ${prefix}lock (shard, tx);

create table if not exists ${prefix}format (
  id smallint not null,
  version integer not null,
  primary key (id)
);

merge into ${prefix}format t using (values (1)) v (id) on t.id = v.id
when not matched then insert (id, version) values (1, 1);
