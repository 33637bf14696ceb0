-- No check forbids a second effect: what keeps it away must be the barrier alone.
create table item (
  sku text primary key,
  initial bigint not null,
  available bigint not null,
  held bigint not null default 0,
  sold bigint not null default 0
);

create table movement (
  id bigint generated always as identity primary key,
  order_id text not null,
  sku text not null,
  kind text not null check (kind in ('hold', 'release', 'pick')),
  quantity bigint not null
);
