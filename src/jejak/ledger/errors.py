"""What the ledger refuses, and what it finds wrong."""

from jejak.kernel.problems import JejakError


class LedgerError(JejakError):
    """The ledger refuses this."""

    code = "ledger-refused"


class RecordRefused(LedgerError):
    """This cannot be recorded: a record is text, whole numbers, truth values, and lists and objects of these."""

    code = "ledger-record"


class NoTransaction(LedgerError):
    """A ledger entry is written in the transaction of the fact it is about, and there is none."""

    code = "ledger-no-transaction"
    status = 500


class LogForked(LedgerError):
    """The log's files and the database tell two histories; nothing is signed until somebody finds out why."""

    code = "ledger-forked"
    status = 500


class LogAhead(LedgerError):
    """The published log holds more than the database, as after restoring a backup; `jejak ledger continue` goes on."""

    code = "ledger-ahead"
    status = 500


class EntryUnknown(LedgerError):
    """The ledger holds no such entry, or it is not in the log yet; new ones enter within a minute."""

    code = "ledger-entry-unknown"
    status = 404


class LogUnreadable(LedgerError):
    """A file of the log cannot be read."""

    code = "ledger-unreadable"
    status = 502


class LogUnwritable(LedgerError):
    """A file of the log cannot be written, so nothing new is signed; what waits stays where it is."""

    code = "ledger-unwritable"
    status = 500


class PolicyError(LedgerError):
    """The policy file cannot be used."""

    code = "ledger-policy"
