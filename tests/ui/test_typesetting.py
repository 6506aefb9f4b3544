"""What is drawn for print: letters that a font has, one page, the same bytes for the same words."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
import typst
import zxingcpp
from PIL import Image

from jejak.ui import typesetting

NOW = datetime(2022, 1, 21, 7, 15, 0, 600, tzinfo=UTC)
PAGE = b"""#set document(title: "x")
#set page(width: 40mm, height: 40mm, margin: 0mm)
#image(bytes(sys.inputs.qr), format: "svg", width: 40mm, alt: "x")"""


def test_the_letters_that_are_taken_for_granted_are_in_typst_s_own_font() -> None:
    alone = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))

    def shape(letter: str) -> list[str]:
        page = alone.compile(input=typesetting._ONE_LETTER, format="svg", sys_inputs={"letter": letter})
        assert isinstance(page, bytes)
        return re.findall(r'href="([^"]+)"', page.decode())

    nothing = shape(typesetting._NO_CHARACTER)
    granted = [chr(point) for point in range(0x3000) if typesetting._ALWAYS_DRAWN.fullmatch(chr(point))]
    assert len(granted) > 500
    assert [letter for letter in granted if shape(letter) == nothing] == []


def test_letters_that_no_font_has_are_left_out() -> None:
    assert typesetting.drawable("Ali \U00012000 bin  Abu") == "Ali bin Abu"
    assert typesetting.drawable("\U00012000") == ""
    assert typesetting.drawable("Ali bin Abu") == "Ali bin Abu"


def test_the_same_words_give_the_same_pdf_and_a_qr_that_reads_back() -> None:
    inputs = {"qr": typesetting.qr("https://node.example/c/0123")}
    first, second = (typesetting.typeset(PAGE, inputs=inputs, form="pdf", made=NOW) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF")
    drawn = typesetting.typeset(PAGE, inputs=inputs, form="png", made=NOW, dpi=200)
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)).convert("L"))
    assert found.text == "https://node.example/c/0123"


def test_what_takes_more_than_one_page_as_a_picture_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="2 pages"):
        typesetting.typeset(b"a #pagebreak() b", inputs={}, form="png", made=NOW)


def test_the_mark_is_a_picture_of_its_own_in_the_colour_asked_for() -> None:
    assert typesetting.mark("#123456").startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "#123456" in typesetting.mark("#123456")
    assert "currentColor" not in typesetting.mark()
