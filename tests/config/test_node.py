"""What a node prepares before it serves."""

from jejak.config import node
from jejak.kernel.settings import settings


def test_static_files_are_gathered_once_until_one_changes() -> None:
    node.collect_static()
    sheet = settings().data / "static" / "ui" / "jejak.css"
    assert sheet.stat().st_size
    sheet.unlink()
    node.collect_static()
    assert not sheet.exists()
    (settings().data / "static.stamp").write_text("of another version")
    node.collect_static()
    assert sheet.exists()
