-- No key forbids a second parcel: what keeps it away must be the barrier alone.
create table parcel (
  id bigint generated always as identity primary key,
  order_id text not null,
  sku text not null,
  quantity bigint not null,
  address text not null
);
