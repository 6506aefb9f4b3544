"""The word and colour of the hour: the same for everybody in that hour, nobody's guess for the next."""

from jejak.formats import hourmark

KEY = bytes(range(32))


def mark(premises: int, hour: int, key: bytes = KEY) -> tuple[int, int]:
    return hourmark.of_the_hour(key=key, premises=premises, hour=hour, words=len(hourmark.WORDS))


def test_a_known_hour_keeps_its_mark() -> None:
    """Receipts and tablets of different versions meet at one door."""
    assert [mark(1, 455_000 + ahead) for ahead in range(3)] == [(5, 26), (1, 31), (3, 22)]
    assert len({mark(1, hour) for hour in range(200)}) > 100
    assert len({mark(premises, 455_000) for premises in range(200)}) > 100
    assert mark(1, 455_000) != mark(1, 455_000, key=KEY[::-1])


def test_colours_and_words_are_all_used() -> None:
    marks = [mark(7, hour) for hour in range(3_000)]
    assert {colour for colour, _ in marks} == set(range(hourmark.COLOURS))
    assert {word for _, word in marks} == set(range(len(hourmark.WORDS)))


def test_a_word_is_spoken_in_malay_and_on_english_pages_in_both() -> None:
    angin, batik = list(hourmark.WORDS).index("angin"), list(hourmark.WORDS).index("batik")
    assert hourmark.spoken(angin, language="ms") == "angin"
    assert hourmark.spoken(angin, language="en") == "angin · wind"
    assert hourmark.spoken(batik, language="en") == "batik"
