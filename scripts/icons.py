"""Draw the icons of the installed app from the footprint mark: `python scripts/icons.py`."""

from __future__ import annotations

import re
from pathlib import Path

import typst

STATIC = Path(__file__).parents[1] / "src" / "jejak" / "ui" / "static" / "ui"
POINTS = 96
ICONS = {"icon-192": (192, False), "icon-512": (512, False), "icon-maskable-512": (512, True)}
"""Name: pixels a side, and whether a launcher may cut it to its own shape, so that the ground must reach the edge."""

SOURCE = b"""#set page(width: 96pt, height: 96pt, margin: 0pt, fill: none)
#image(bytes(sys.inputs.mark), format: "svg", width: 96pt, height: 96pt)"""


def drawing(*, maskable: bool) -> str:
    """Return the mark as SVG; a maskable one keeps its footprint within the middle four fifths."""
    mark = (STATIC / "mark.svg").read_text()
    if not maskable:
        return mark
    whole = re.sub(r'(<rect [^>]*?) rx="7"', r"\1", mark)
    return re.sub(r"translate\([^)]*\) scale\([^)]*\)", "translate(6.4 6.2) scale(.6)", whole)


def main() -> None:
    """Write every icon beside the mark."""
    for name, (pixels, maskable) in ICONS.items():
        picture = typst.compile(
            SOURCE, format="png", ppi=pixels / POINTS * 72, sys_inputs={"mark": drawing(maskable=maskable)}
        )
        (STATIC / f"{name}.png").write_bytes(bytes(picture))


if __name__ == "__main__":
    main()
