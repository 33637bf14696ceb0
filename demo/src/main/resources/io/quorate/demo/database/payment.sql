-- No check forbids a second effect: what keeps it away must be the barrier alone.
create table account (
  customer int primary key,
  opening bigint not null,
  balance bigint not null
);

-- The shop's money, in several tills so that captures do not queue for one row.
create table till (
  number int primary key,
  cents bigint not null
);

create table entry (
  id bigint generated always as identity primary key,
  order_id text not null,
  customer int not null,
  kind text not null check (kind in ('authorize', 'void', 'capture')),
  cents bigint not null
);
