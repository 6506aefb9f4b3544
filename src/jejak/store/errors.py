"""What can go wrong with the database, each with what to do."""

from jejak.kernel.problems import JejakError


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


class ClientMismatch(StoreError):
    """Backing up and restoring need pg_dump and pg_restore of the server's own major version."""


class DumpFailed(StoreError):
    """PostgreSQL's own program did not get through; nothing was kept of what it did."""


class BackupRefused(StoreError):
    """This cannot be backed up there, or restored from there."""


class NodeRestoring(StoreError):
    """A backup is being restored here and not all steps are done; `jejak restore` with the same backup goes on."""


class BackupDiffers(StoreError):
    """This is not what the backup's manifest says, and the node stays closed."""


class BackupsUnreachable(JejakError):
    """The folder of backups cannot be read, so nobody knows whether old ones are left; see JEJAK_BACKUP_DIR."""

    code = "backups-unreachable"
    status = 500
