-- Every meeting of the persons with anybody else in [since, until) that lasts at least so many minutes, with the flags
-- of the other person's visits in it (but that of the end, 1), and whether there is more to look at (``more``): the
-- premises has zones, or one of the case's own visits there has flags.
--
-- The same rules as visits.rules.met, over the whole log: trim estimated ends at the next check-in elsewhere,
-- unite what one person scanned at one place, cut the cases' stays to the window, keep overlaps that are long enough.
--
-- A case with several records of the same person (``merged``) is one: ``cases`` says as whom each of ``persons`` is
-- read. ``twins`` says whether anybody at all is read as somebody else; their meetings are made anew by the rules.
--
-- Written for the plan.  Bounds on checked_in are repeated against the parameters so that partitions are pruned before
-- the plan starts.  Joins of intermediate results are FULL JOINs with a condition that is not strict: estimates of a
-- generic plan are guesses, and a full join on equality can never become a nested loop (that took minutes instead of
-- milliseconds); the condition drops the unmatched rows again.
with own as materialized (
    select
        case when %(merged)s::boolean
            then (%(cases)s::bigint[])[array_position(%(persons)s::bigint[], v.person_id)] else v.person_id
        end as person_id,
        v.premises_id, v.checked_in, v.flags & 1 = 1 as observed, v.flags & ~1 as flags,
        case when v.flags & 1 = 1 then v.until else least(v.until, (
            select n.checked_in
            from visits_visit n
            where n.person_id = v.person_id and n.premises_id <> v.premises_id
                and n.checked_in > v.checked_in and n.checked_in < v.until
                and n.checked_in > %(since)s::timestamptz - interval '24 hours'
                and n.checked_in < %(until)s::timestamptz + interval '24 hours'
            order by n.checked_in
            limit 1
        ), case when %(merged)s::boolean then (
            select min(n.checked_in)
            from visits_visit n
            where n.person_id = any(%(persons)s::bigint[]) and n.premises_id <> v.premises_id
                and (%(cases)s::bigint[])[array_position(%(persons)s::bigint[], n.person_id)]
                    = (%(cases)s::bigint[])[array_position(%(persons)s::bigint[], v.person_id)]
                and n.checked_in > v.checked_in and n.checked_in < v.until
                and n.checked_in > %(since)s::timestamptz - interval '24 hours'
                and n.checked_in < %(until)s::timestamptz + interval '24 hours'
        ) end) end as ends
    from visits_visit v
    where v.person_id = any(%(persons)s::bigint[]) and v.until > %(since)s::timestamptz
        and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
),
own_fresh as (
    select *, coalesce(checked_in > max(ends) over (
        partition by person_id, premises_id order by checked_in rows between unbounded preceding and 1 preceding
    ), true) as fresh
    from own
),
own_island as (
    select *, count(*) filter (where fresh) over (partition by person_id, premises_id order by checked_in) as island
    from own_fresh
),
cases as materialized (
    select
        row_number() over () as n, u.person_id, u.premises_id, u.observed,
        u.flags <> 0 or exists (select from premises_zone z where z.premises_id = u.premises_id) as more,
        greatest(u.since, %(since)s::timestamptz) as since, least(u.ends, %(until)s::timestamptz) as until,
        greatest(u.since, %(since)s::timestamptz) - make_interval(mins => (
            select p.longest_minutes from premises_premises p where p.id = u.premises_id
        )) as earliest
    from (
        select
            person_id, premises_id, min(checked_in) as since, max(ends) as ends,
            (array_agg(observed order by ends desc, observed desc))[1] as observed, max(flags) as flags
        from own_island
        group by person_id, premises_id, island
    ) u
    where u.ends > %(since)s::timestamptz
),
near as materialized (
    select s.n, v.person_id, v.checked_in, v.until, v.flags
    from cases s
    join visits_visit v
        on v.premises_id = s.premises_id
        and v.checked_in > s.earliest and v.checked_in < s.until and v.until > s.since
    where v.person_id not in (select unnest(%(persons)s::bigint[]))
        and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
),
-- One visit each, as a rule; only those who scanned more than once may have an overlap of several short pieces.
grouped as materialized (
    select c.*, g.person_id as other_id, g.visits, g.first, g.last, g.flags & 1 = 1 as seen, g.flags & ~1 as flags
    from (
        select
            n, person_id, count(*) as visits, min(checked_in) as first, max(until) as last,
            bit_and(flags) as flags -- whether all ends were observed; all flags, where there is one visit
        from near
        group by n, person_id
    ) g
    full join cases c using (n)
    where coalesce(
        g.visits > 1 or least(g.last, c.until) - greatest(g.first, c.since) >= make_interval(mins => %(minutes)s::integer),
        false
    )
),
who as materialized (
    select n, premises_id, array_agg(other_id) as persons, min(first) as first, max(last) as last
    from grouped
    where not seen
    group by n, premises_id
),
-- One probe of the person index for each: where else did they check in meanwhile?
elsewhere as materialized (
    select w.n, x.person_id as other_id, array_agg(x.checked_in) as moments
    from who w
    join visits_visit x
        on x.person_id = any(w.persons) and x.premises_id <> w.premises_id
        and x.checked_in > w.first and x.checked_in < w.last
    where x.checked_in > %(since)s::timestamptz - interval '24 hours'
        and x.checked_in < %(until)s::timestamptz + interval '24 hours'
    group by w.n, x.person_id
),
single as (
    select
        g.person_id, g.premises_id, other_id, greatest(g.first, g.since) as since, g.observed and g.seen as observed,
        least(g.until, g.last, case when not g.seen and e.moments is not null then (
            select min(moment) from unnest(e.moments) moment where moment > g.first
        ) end) as until, g.flags, g.more
    from grouped g
    full join elsewhere e using (n, other_id)
    where g.visits is not distinct from 1
),
several as (
    select
        c.person_id, c.premises_id, u.other_id, greatest(lower(u.stay), c.since) as since,
        least(upper(u.stay), c.until) as until, c.observed and coalesce(upper(u.stay) = any(u.seen), false) as observed,
        case when u.flagged is null then 0 else (
            select coalesce(bit_or(d.flags), 0)
            from unnest(u.flagged, u.flags) as d (stay, flags)
            where d.stay <@ u.stay and upper(d.stay) > c.since and lower(d.stay) < c.until
        ) end as flags, c.more
    from (
        select
            n, other_id, unnest(range_agg(stay)) as stay, array_agg(upper(stay)) filter (where observed) as seen,
            array_agg(stay) filter (where flags <> 0) as flagged, array_agg(flags) filter (where flags <> 0) as flags
        from (
            select
                v.n, v.person_id as other_id, v.flags & 1 = 1 as observed, v.flags & ~1 as flags,
                tstzrange(v.checked_in, least(v.until, case when v.flags & 1 = 0 and e.moments is not null then (
                    select min(moment) from unnest(e.moments) moment where moment > v.checked_in
                ) end)) as stay
            from near v
            full join elsewhere e on e.n = v.n and e.other_id = v.person_id
            where coalesce((v.n, v.person_id) in (select n, other_id from grouped where visits > 1), false)
        ) piece
        group by n, other_id
    ) u
    full join cases c using (n)
    where coalesce(u.n > 0, false)
)
select
    person_id as case_id, premises_id, other_id as person_id, since, until, observed, flags, more,
    (select exists (select from people_merge m where m.undone_at is null)) as twins
from single
where until - since >= make_interval(mins => %(minutes)s::integer)
union all
select
    person_id, premises_id, other_id, since, until, observed, flags, more,
    (select exists (select from people_merge m where m.undone_at is null))
from several
where until - since >= make_interval(mins => %(minutes)s::integer)
