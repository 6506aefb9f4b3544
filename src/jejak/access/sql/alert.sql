-- An account was stopped: a new alert, or once more in the one that nobody has looked into yet.
insert into access_alert (uuid, account_id, agency_id, kind, first_at, last_at, times)
values (%(uuid)s, %(account)s, %(agency)s, %(kind)s, %(at)s, %(at)s, 1)
on conflict (account_id, kind) where looked_at is null do update
set times = access_alert.times + 1,
    first_at = least(access_alert.first_at, excluded.first_at),
    last_at = greatest(access_alert.last_at, excluded.last_at)
