"""What the worker does for backups: one every night, where a folder is named; `trail.jobs` deletes old ones."""

import structlog
from procrastinate.contrib.django import app

from jejak.config.taking import take
from jejak.kernel import clock
from jejak.kernel.settings import settings

log = structlog.get_logger("jejak.backup")


@app.periodic(cron="50 18 * * *")  # UTC: 2.50 at night in Malaysia, after retention has deleted
@app.task(name="backup.take", queueing_lock="backup.take", retry=3)
def backup(timestamp: int) -> None:  # noqa: ARG001 - procrastinate says for when it was due
    """Back up to ``JEJAK_BACKUP_DIR``."""
    target = settings().backup_dir
    if target is not None:
        done = take(target=target, now=clock.now())
        log.info("backup.taken", name=done.manifest.name, entries=done.manifest.log.size)
