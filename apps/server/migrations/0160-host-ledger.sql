-- What was bought where and at what price, beside the intent and the receipt.
alter table host_effect
  add column provider text,
  add column region text,
  add column plan text,
  add column price_per_month numeric,
  add column currency text,
  -- The call is under way until then at the latest: nobody else asks for this host meanwhile.
  add column asking_until timestamptz,
  add column earlier_keys text[] not null default '{}',
  add column approval_id text;
update host_effect set provider = host.provider, region = host.region, plan = host.plan,
    price_per_month = case when host_effect.kind = 'create' then host.price_per_month end,
    currency = case when host_effect.kind = 'create' then host.currency end
  from host where host.id = host_effect.host_id;
create index host_effect_bought on host_effect (provider, intended_at) where kind = 'create';
