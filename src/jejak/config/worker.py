"""The worker process: Procrastinate's loop over the jobs that the rooms define."""

import asyncio

from procrastinate.contrib.django import app


def run() -> None:
    """Work on jobs until asked to stop."""
    asyncio.run(_work())


async def _work() -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(name="jejak", concurrency=2, delete_jobs="successful")
