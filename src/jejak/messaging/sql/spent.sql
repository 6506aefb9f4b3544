-- What was asked for within the last hour and day, before one more message is taken in; each index is walked once.
with breaker as (
    select coalesce(max(coalesce(reset_at, cools_at)), '-infinity') as counts_from,
        coalesce(bool_or(reset_at is null and cools_at > %(now)s), false) as tripped
    from messaging_trip where kind = %(kind)s
)
select breaker.tripped, recipient.hour, recipient.day, source.hour, source.day, everybody.hour, everybody.new,
    not exists (select from messaging_message where recipient_key = %(recipient)s and kind = %(kind)s)
from breaker,
    lateral (
        select count(*) filter (where queued_at > %(hour)s) as hour, count(*) as day from messaging_message
        where recipient_key = %(recipient)s and kind = %(kind)s and queued_at > %(day)s
    ) recipient,
    lateral (
        select count(*) filter (where queued_at > %(hour)s) as hour, count(*) as day from messaging_message
        where source_key = %(source)s and kind = %(kind)s and queued_at > %(day)s
    ) source,
    lateral (
        select count(*) as hour, count(*) filter (where new) as new from messaging_message
        where kind = %(kind)s and queued_at > %(hour)s and queued_at >= breaker.counts_from
    ) everybody
