-- The barrier on MariaDB: one row per branch of a transaction.
--   state       1 tried, 2 confirmed, 3 cancelled, 4 cancelled before it was tried,
--               5 refused by the work of its try. No code ever changes its meaning; a row whose
--               state a release does not know is refused by it, so the table needs no version
--   epoch       the newest coordinator that called; older ones are refused
--   started     when the transaction began, in microseconds since 1970 in its log's time
--   try_result  what the try answered, or why it refused; end_result: what the confirm or cancel answered
create table if not exists ${table} (
  tx varchar(128) character set ascii collate ascii_bin not null,
  branch varchar(64) character set ascii collate ascii_bin not null,
  state smallint not null,
  epoch bigint not null,
  started bigint not null,
  try_result longblob,
  end_result longblob,
  at timestamp(6) default current_timestamp(6) not null,
  primary key (tx, branch),
  key ${table}_started (started)
) engine = InnoDB;

-- One row: transactions that began before mark have been forgotten, and are refused.
create table if not exists ${table}_mark (
  id smallint not null,
  mark bigint not null,
  primary key (id)
) engine = InnoDB;

insert ignore into ${table}_mark (id, mark) values (1, -9223372036854775808);
