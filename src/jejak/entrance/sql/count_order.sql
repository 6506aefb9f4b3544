-- Count one more order of cards from a bucket of addresses; what began over an hour ago begins anew at 1.
insert into entrance_allowance as held (bucket, since, orders) values (%(bucket)s, %(now)s, 1)
on conflict (bucket) do update set
    since = case when held.since > %(hour_ago)s then held.since else excluded.since end,
    orders = case when held.since > %(hour_ago)s then held.orders + 1 else 1 end
returning orders
