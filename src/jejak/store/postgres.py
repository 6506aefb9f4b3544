"""The embedded PostgreSQL as a child process: made, started, watched, stopped, recovered.

The wheel's own Python layer is not used: it judges liveness by pid alone, leaves orphans after ``kill -9``, gives up
after ten seconds and, as root, opens every parent directory.  Here a lock held by this process guards the data
directory, the child dies with its parent, and ready means that a connection answers.
"""

from __future__ import annotations

import ctypes
import fcntl
import inspect
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import psycopg
from psycopg.conninfo import make_conninfo

from jejak.store import memory
from jejak.store import place as places
from jejak.store.errors import DataInUse, ForeignKeyring, PostgresFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from jejak.store.place import Place

ADMIN = "postgres"
PR_SET_PDEATHSIG = 1
START_SECONDS = 600  # recovery after a crash may take minutes on a large node
QUIET_SECONDS = 3
CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "jit": "off",
    # A search over the visit log locks each of its days; more than these would go through the slow, shared lock table.
    "max_locks_per_transaction": "512",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing a person typed may reach the log: no statements, no parameters, and no error's text, which quotes values.
    "log_min_messages": "log",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
    "lc_messages": "C",
}


class Postgres:
    """One embedded cluster; use it as a context manager, or `start` and `stop` it."""

    def __init__(self, *, place: Place, password: str, say: Callable[[str], None] = lambda _line: None) -> None:
        """Take the place and the administrator's password; ``say`` hears what takes long."""
        self.place = place
        self.password = password
        self._say = say
        self._child: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def url(self) -> str:
        """The administrator's connection, to the database ``postgres``."""
        return make_conninfo(host=str(self.place.socket), user=ADMIN, password=self.password, dbname="postgres")

    @property
    def running(self) -> bool:
        """Whether the child process lives."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        """The process number of the postmaster, while it runs."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Bring the cluster up, making it first if there is none; return when a connection answers.

        :raises DataInUse: another process holds this data directory.
        :raises ForeignKeyring: the password that this keyring gives is not its own.
        :raises PostgresFailed: it ended, or did not answer within ten minutes.
        """
        self.place.data.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = _locked(self.place.data / "postgres.lock")
        places.prepare(self.place)
        _stop_orphan(self.place, self._say)
        if not (self.place.cluster / "PG_VERSION").exists():
            self._initialise()
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._spawn()
            if self._answers(deadline):
                return
            # The backends of a killed postmaster hold its shared memory for a moment longer.
            if "shared memory block" not in _end_of(self.place.log) or time.monotonic() > deadline:
                message = f"{PostgresFailed.__doc__}\n{_end_of(self.place.log)}"
                raise PostgresFailed(message)
            time.sleep(0.3)

    def stop(self) -> None:
        """Shut down fast (open transactions are rolled back) and let the data directory go."""
        if self._child is not None:
            _end(self._child)
            self._child = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _initialise(self) -> None:
        self._say("Making a new database …")
        with tempfile.TemporaryDirectory() as scratch:
            secret = Path(scratch) / "password"
            secret.write_text(self.password)
            if self.place.account:
                os.chown(scratch, *self.place.account)
                os.chown(secret, *self.place.account)
            command = [
                *(str(self.place.programs / "initdb"), "-D", str(self.place.cluster), "-U", ADMIN),
                *(
                    "--auth=scram-sha-256",
                    f"--pwfile={secret}",
                    "--locale=C.UTF-8",
                    "--encoding=UTF8",
                    "--data-checksums",
                ),
            ]
            done = subprocess.run(command, capture_output=True, cwd="/", check=False, **self._identity())  # noqa: S603 - our own binary
        if done.returncode:
            message = f"initdb failed: {done.stderr.decode(errors='replace')[-2000:]}"
            raise PostgresFailed(message)

    def _spawn(self) -> None:
        configuration = CONFIGURATION | memory.configuration(memory.available())
        options = [item for name, value in configuration.items() for item in ("-c", f"{name}={value}")]
        command = [
            str(self.place.programs / "postgres"),
            "-D",
            str(self.place.cluster),
            "-k",
            str(self.place.socket),
            *options,
        ]
        with self.place.log.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - our own binary
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                process_group=0,  # Ctrl-C in a terminal reaches the supervisor first
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no threads run yet
                **self._identity(),
            )

    def _identity(self) -> dict[str, Any]:
        if self.place.account is None:
            return {}
        uid, gid = self.place.account
        return {"user": uid, "group": gid, "extra_groups": []}

    def _answers(self, deadline: float) -> bool:
        began, told = time.monotonic(), False
        while self.running and time.monotonic() < deadline:
            try:
                with psycopg.connect(self.url, connect_timeout=5):
                    return True
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    self.stop()
                    raise ForeignKeyring(inspect.cleandoc(ForeignKeyring.__doc__ or "")) from None
            if not told and time.monotonic() - began > QUIET_SECONDS:
                told = True
                self._say("The database recovers from an unclean stop; nothing that was acknowledged is lost …")
            time.sleep(0.02)
        return False


def _die_with_parent() -> None:
    """Let Linux shut this child down fast if its parent vanishes, even by ``kill -9``."""
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


_LIBC = ctypes.CDLL(None, use_errno=True)


def _locked(path: Path) -> IO[str]:
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        message = f"{DataInUse.__doc__} ({path.parent})"
        raise DataInUse(message) from None
    return lock


def _stop_orphan(place: Place, say: Callable[[str], None]) -> None:
    """End a postmaster that outlived its supervisor; we hold the lock, so it is nobody's."""
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int((place.cluster / "postmaster.pid").read_text().splitlines()[0])
        if not _is_postmaster_of(pid, place.cluster):
            return
        say("Stopping a database whose program is gone …")
        for sign, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                if not _is_postmaster_of(pid, place.cluster):
                    return
                time.sleep(0.05)


def _is_postmaster_of(pid: int, cluster: Path) -> bool:
    try:
        told = subprocess.run(  # noqa: S603 - our own words
            ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)],  # noqa: S607 - found on the PATH everywhere
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:  # a slim container has no ps
        raw = Path(f"/proc/{pid}/cmdline")
        return raw.exists() and str(cluster) in raw.read_bytes().decode(errors="replace")
    state, _, arguments = told.stdout.strip().partition(" ")
    return not state.startswith("Z") and str(cluster) in arguments


def _end(child: subprocess.Popen[bytes]) -> None:
    for sign, seconds in ((signal.SIGINT, 60), (signal.SIGQUIT, 20), (signal.SIGKILL, 5)):
        if child.poll() is not None:
            return
        with suppress(ProcessLookupError):
            child.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)


def _end_of(path: Path, *, size: int = 2000) -> str:
    return path.read_bytes()[-size:].decode(errors="replace") if path.exists() else ""
