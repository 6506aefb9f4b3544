"""The database: the embedded PostgreSQL and its supervisor, roles, connections and named SQL."""
