-- What was asked for within the last hour and day, before one more message is taken in.
with open_from as (
    select coalesce(max(coalesce(reset_at, cools_at)), '-infinity') as at,
        coalesce(bool_or(reset_at is null and cools_at > %(now)s), false) as tripped
    from messaging_trip where kind = %(kind)s
)
select
    open_from.tripped,
    (select count(*) from messaging_message
     where recipient_key = %(recipient)s and kind = %(kind)s and queued_at > %(hour)s),
    (select count(*) from messaging_message
     where recipient_key = %(recipient)s and kind = %(kind)s and queued_at > %(day)s),
    (select count(*) from messaging_message
     where source_key = %(source)s and kind = %(kind)s and queued_at > %(hour)s),
    (select count(*) from messaging_message
     where source_key = %(source)s and kind = %(kind)s and queued_at > %(day)s),
    (select count(*) from messaging_message
     where kind = %(kind)s and queued_at > %(hour)s and queued_at >= open_from.at),
    (select count(*) from messaging_message
     where kind = %(kind)s and new and queued_at > %(hour)s and queued_at >= open_from.at),
    not exists (select from messaging_message where recipient_key = %(recipient)s and kind = %(kind)s)
from open_from
