-- Destroys what entries up to a place committed to, with the salts; the commitments stay and open to nothing. Nothing
-- younger than 90 days goes, whoever asks; what was published stays readable.
create function ledger_erase(below bigint, before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    erased bigint;
begin
    if before is null or before > now() - interval '90 days' then
        raise exception 'ledger_erase: % is not 90 days ago', before using errcode = 'invalid_parameter_value';
    end if;
    update public.ledger_record r set record = null, salt = null
    from public.ledger_place p
    where p.record_id = r.id and p.index < below and r.at < before and not r.opened and r.record is not null;
    get diagnostics erased = row_count;
    return erased;
end
$$;
revoke all on function ledger_erase(bigint, timestamptz) from public;
drop function ledger_erase(bigint[]);
