-- The short codes by which a file may name a premises, withdrawn ones too.
select short_code, premises_id, coalesce(zone_id, 0) from premises_poster
