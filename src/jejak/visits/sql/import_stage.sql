-- Where a batch waits until its persons are found; person_id 0 means that the file named a uuid.
create temporary table if not exists visits_staged (
    premises_id bigint not null,
    checked_in timestamptz not null,
    id uuid not null,
    until timestamptz not null,
    person uuid not null,
    person_id bigint not null,
    zone_id bigint not null,
    device_id bigint not null
)
