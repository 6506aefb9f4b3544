"""The worker process: Procrastinate's loop over the jobs that the rooms define."""

import asyncio
import time
from importlib import import_module

from procrastinate.contrib.django import app

from jejak.kernel.settings import settings
from jejak.store.restoring import marked

LOOK_SECONDS = 2.0


def run() -> None:
    """Work on jobs until asked to stop; not before a restore that is under way has ended."""
    while marked(settings().data):
        time.sleep(LOOK_SECONDS)
    import_module("jejak.config.backup_jobs")  # no room's, so that nobody else finds it
    asyncio.run(_work())


async def _work() -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(name="jejak", concurrency=2, delete_jobs="successful")
