"""Contacts and cases have their time; only the retention role may end it. Of a case, names go before numbers."""

from typing import Final

from django.db import migrations, models
from django.db.models import Q

DROP_CONTACTS: Final = """
-- Contacts with everything that hangs on them; called by the functions below alone.
create function tracing_drop_contacts(gone bigint[]) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    dropped bigint;
begin
    delete from public.tracing_notice_dispute d using public.tracing_notice n
    where n.id = d.notice_id and n.contact_id = any(gone);
    delete from public.tracing_notice where contact_id = any(gone);
    delete from public.tracing_assessment a using public.tracing_follow_up f
    where f.id = a.follow_up_id and f.contact_id = any(gone);
    delete from public.tracing_follow_up where contact_id = any(gone);
    delete from public.tracing_onward where contact_id = any(gone);
    delete from public.tracing_exposure where contact_id = any(gone);
    delete from public.tracing_contact_event where contact_id = any(gone);
    delete from public.tracing_contact where id = any(gone);
    get diagnostics dropped = row_count;
    return dropped;
end
$$;
revoke all on function tracing_drop_contacts(bigint[]) from public;
"""

OVER: Final = """
-- When a case is over: closed, or a year after anything last happened to one that nobody closed.
create function tracing_over_at(closed_at timestamptz, changed_at timestamptz) returns timestamptz
language sql immutable
set search_path = pg_catalog, pg_temp
as $$ select coalesce(closed_at, changed_at + interval '365 days') $$;
revoke all on function tracing_over_at(timestamptz, timestamptz) from public;
"""

UNSEEN: Final = """
-- Whom a run found and no officer was shown: as long as the visits that say so, for nothing was decided with it.
create function tracing_forget_unseen(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    onward bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'tracing_forget_unseen: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.tracing_onward where last < before;
    get diagnostics onward = row_count;
    return onward + public.tracing_drop_contacts(array(
        select c.id from public.tracing_contact c
        where c.person_id is not null and c.released_at is null and c.last < before
            and not exists (select from public.tracing_follow_up f where f.contact_id = c.id)
            and not exists (select from public.tracing_notice n where n.contact_id = c.id)
    ));
end
$$;
revoke all on function tracing_forget_unseen(timestamptz) from public;
"""

CONTACTS: Final = """
-- Whoever is over for every case that exposed them, is followed no more, and holds no notice that lives.
create function tracing_forget_contacts(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    dropped bigint;
begin
    if before is null or before > now() - interval '30 days' then
        raise exception 'tracing_forget_contacts: % is not 30 days ago', before
            using errcode = 'invalid_parameter_value';
    end if;
    dropped := public.tracing_drop_contacts(array(
        select c.id from public.tracing_contact c
        where greatest(c.last, c.found_at, c.released_at, c.closed_at) < before
            and not exists (
                select from public.tracing_exposure e join public.tracing_case k on k.id = e.case_id
                where e.contact_id = c.id and public.tracing_over_at(k.closed_at, k.changed_at) >= before
            )
            and not exists (
                select from public.tracing_said_contact s join public.tracing_case k on k.id = s.case_id
                where s.id = c.said_id and public.tracing_over_at(k.closed_at, k.changed_at) >= before
            )
            and not exists (
                select from public.tracing_follow_up f where f.contact_id = c.id
                    and coalesce(f.ended_at, f.until::timestamp at time zone 'Asia/Kuala_Lumpur') >= before
            )
            and not exists (
                select from public.tracing_notice n where n.contact_id = c.id and n.ends_at >= before
            )
            and not exists (
                select from public.tracing_contact_event v where v.contact_id = c.id and v.at >= before
            )
    ));
    delete from public.tracing_notice_batch b
    where b.asked_at < before and not exists (select from public.tracing_notice n where n.batch_id = b.id);
    return dropped;
end
$$;
revoke all on function tracing_forget_contacts(timestamptz) from public;
"""

NAMES: Final = """
-- Who a case was, where it was and whom it named; numbers, dates, districts and what was decided stay.
create function tracing_forget_case_names(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    over bigint[];
    named bigint;
begin
    if before is null or before > now() - interval '30 days' then
        raise exception 'tracing_forget_case_names: % is not 30 days ago', before
            using errcode = 'invalid_parameter_value';
    end if;
    over := array(select k.id from public.tracing_case k where public.tracing_over_at(k.closed_at, k.changed_at) < before);
    delete from public.tracing_case_stay where case_id = any(over);
    delete from public.tracing_said_contact s
    where s.case_id = any(over) and not exists (select from public.tracing_contact c where c.said_id = s.id);
    update public.tracing_case_event set note_sealed = null where case_id = any(over) and note_sealed is not null;
    update public.tracing_case
    set person_id = null, name_sealed = null, phone_sealed = null, phone_key = null,
        document_sealed = null, document_key = null
    where id = any(over)
        and num_nonnulls(person_id, name_sealed, phone_sealed, phone_key, document_sealed, document_key) > 0;
    get diagnostics named = row_count;
    return named;
end
$$;
revoke all on function tracing_forget_case_names(timestamptz) from public;
"""

CASES: Final = """
-- Cases with their history, and runs over none but such; the row of a table of cases stays and says that it was one.
create function tracing_forget_cases(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    over bigint[];
    dropped bigint;
begin
    if before is null or before > now() - interval '90 days' then
        raise exception 'tracing_forget_cases: % is not 90 days ago', before using errcode = 'invalid_parameter_value';
    end if;
    over := array(
        select k.id from public.tracing_case k
        where public.tracing_over_at(k.closed_at, k.changed_at) < before
            and not exists (
                select from public.tracing_said_contact s join public.tracing_contact c on c.said_id = s.id
                where s.case_id = k.id
            )
    );
    update public.tracing_report_row set case_id = null, cells_sealed = null where case_id = any(over);
    delete from public.tracing_onward where case_id = any(over);
    delete from public.tracing_notice_dispute d using public.tracing_exposure e
    where e.id = d.exposure_id and e.case_id = any(over);
    delete from public.tracing_exposure where case_id = any(over);
    delete from public.tracing_run_case where case_id = any(over);
    delete from public.tracing_run r
    where r.asked_at < before
        and not exists (select from public.tracing_run_case c where c.run_id = r.id)
        and not exists (select from public.tracing_onward o where o.run_id = r.id)
        and not exists (select from public.tracing_exposure e where e.run_id = r.id);
    delete from public.tracing_case_stay where case_id = any(over);
    delete from public.tracing_said_contact where case_id = any(over);
    delete from public.tracing_case_event where case_id = any(over);
    delete from public.tracing_case where id = any(over);
    get diagnostics dropped = row_count;
    return dropped;
end
$$;
revoke all on function tracing_forget_cases(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0010_follow_up_said")]

    operations = [
        migrations.RemoveConstraint("reportrow", "report_row_outcome"),
        migrations.AddConstraint(
            "reportrow",
            models.CheckConstraint(
                name="report_row_outcome",
                condition=Q(outcome="")
                | Q(outcome__in=["accepted", "known"]) & (Q(case__isnull=False) | Q(cells_sealed=None))
                | Q(outcome="quarantined", case=None) & ~Q(reason=[]),
            ),
        ),
        migrations.AlterField("saidcontact", "name_sealed", models.BinaryField(editable=False, null=True)),
        migrations.RunSQL(DROP_CONTACTS, "drop function tracing_drop_contacts(bigint[])"),
        migrations.RunSQL(OVER, "drop function tracing_over_at(timestamptz, timestamptz)"),
        migrations.RunSQL(UNSEEN, "drop function tracing_forget_unseen(timestamptz)"),
        migrations.RunSQL(CONTACTS, "drop function tracing_forget_contacts(timestamptz)"),
        migrations.RunSQL(NAMES, "drop function tracing_forget_case_names(timestamptz)"),
        migrations.RunSQL(CASES, "drop function tracing_forget_cases(timestamptz)"),
    ]
