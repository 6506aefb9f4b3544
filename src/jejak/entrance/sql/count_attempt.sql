-- Count one more try of a pairing code from an address; another minute begins anew at 1.
insert into entrance_attempt as held (address_key, minute, tries) values (%s, %s, 1)
on conflict (address_key) do update set
    minute = excluded.minute,
    tries = case when held.minute = excluded.minute then least(held.tries + 1, 1000) else 1 end
returning tries
