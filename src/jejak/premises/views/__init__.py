"""The pages of the premises room: owners' and tenants', and those of officers who confirm premises."""
