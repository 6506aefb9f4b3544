-- Destroys records and their salts; the commitments stay and open to nothing. What was published stays readable.
create function ledger_erase(numbers bigint[]) returns bigint
language sql security definer set search_path = public as $$
    with erased as (
        update ledger_record set record = null, salt = null
        where id = any (numbers) and not opened and record is not null
        returning 1
    )
    select count(*) from erased
$$;
