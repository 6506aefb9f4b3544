"""What can go wrong with the database, each with what to do."""


class StoreError(Exception):
    """The database cannot be used."""


class DataInUse(StoreError):
    """Another Jejak runs on this data directory; stop it first, or name another with --data."""


class PostgresFailed(StoreError):
    """The embedded PostgreSQL did not start; the end of its log says why."""


class RolesMissing(StoreError):
    """The database roles cannot be made.

    Set all four DATABASE_URLs, or let DATABASE_URL be a login that may create roles.
    """


class ForeignKeyring(StoreError):
    """This database was filled under another keyring, and nothing sealed in it could be read with this one.

    Put the keyring back that belongs to it (JEJAK_KEYRING), or name another database.
    """
