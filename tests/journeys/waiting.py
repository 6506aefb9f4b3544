"""Waiting for what a page's script can tell: playwright's own waiting takes a promise for true."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONGEST_MS = 15_000


def until(page: Page, expression: str) -> None:
    """Wait until a JavaScript expression, or what it promises, is true."""
    page.evaluate(
        f"""async () => {{
            const end = Date.now() + {LONGEST_MS};
            while (!(await ({expression}))) {{
                if (Date.now() > end) throw new Error("never came true: " + {expression!r});
                await new Promise((next) => setTimeout(next, 50));
            }}
        }}"""
    )
