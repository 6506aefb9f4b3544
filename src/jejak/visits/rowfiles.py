"""Files of visits, read in batches as columns of text: CSV and Parquet, however large, in the same memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from jejak.visits.errors import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS: Final = ("id", "premises", "person", "phone", "name", "checked_in", "until", "zone", "device")
MOMENTS: Final = ("checked_in", "until")
BLOCK_BYTES: Final = 16 * 1024 * 1024
PARQUET_ROWS: Final = 131_072
MAGIC: Final = b"PAR1"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as they came, every known column as text (empty where missing); ``numbers`` count from 1."""

    numbers: list[int]
    columns: dict[str, pa.Array]
    share: float  # of the file that is read so far, 0 to 1
    broken: list[tuple[int, str]] = field(default_factory=list)  # rows that are no rows: number, text
    ignored: tuple[str, ...] = ()  # columns that no visit has

    def row(self, at: int) -> dict[str, str]:
        """Return one row as it came."""
        return {name: column[at].as_py() for name, column in self.columns.items()}


def batches(path: Path) -> Iterator[Batch]:
    """Return the rows of a file in order.

    :raises UnreadableFile: it is neither CSV nor Parquet, or a needed column is missing.
    """
    with path.open("rb") as file:
        parquet = file.read(4) == MAGIC
    try:
        yield from _parquet(path) if parquet else _csv(path)
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, UnicodeDecodeError) as error:
        raise UnreadableFile(str(error)) from error


def _csv(path: Path) -> Iterator[Batch]:
    broken: dict[int, str] = {}

    def keep(row: pa.csv.InvalidRow) -> str:
        # The header is physical row 1.
        broken[row.number - 1] = row.text
        return "skip"

    with path.open("rb") as file:
        names, delimiter = _header(file.readline())
        file.seek(0)
        size = path.stat().st_size
        reader = pa.csv.open_csv(
            file,
            read_options=pa.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, skip_rows=1, column_names=names),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter, invalid_row_handler=keep),
            # Bytes first: one name in another encoding must not refuse the whole block.
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.binary())),
        )
        last = 0
        for done, block in enumerate(reader, start=1):
            numbers, passed = _numbered(block.num_rows, last, broken)
            last = passed
            share = min(1.0, done * BLOCK_BYTES / size)
            yield Batch(numbers, _known(block), share, _taken(broken, passed), _ignored(names))
        rest = sorted(broken.items())
        if rest:
            yield Batch([], {name: pa.array([], pa.string()) for name in COLUMNS}, 1.0, rest)


def _header(line: bytes) -> tuple[list[str], str]:
    text = line.decode("utf-8-sig").strip()
    delimiter = ";" if text.count(";") > text.count(",") else ","
    names = [name.strip().strip('"').strip().lower() for name in text.split(delimiter)]
    _check(names)
    return names, delimiter


def _check(names: list[str]) -> None:
    missing = [name for name in ("premises", "checked_in") if name not in names]
    if "person" not in names and not {"phone", "name"} <= set(names):
        missing.append("person (or phone and name)")
    if missing:
        message = f"There is no column {', '.join(missing)}."
        raise UnreadableFile(message)
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        message = f"There is more than one column {', '.join(twice)}."
        raise UnreadableFile(message)


def _numbered(count: int, last: int, broken: dict[int, str]) -> tuple[list[int], int]:
    """Return the numbers of ``count`` rows after row ``last``, stepping over broken ones, and the last of them."""
    if not broken:
        return list(range(last + 1, last + count + 1)), last + count
    numbers: list[int] = []
    at = last
    while len(numbers) < count:
        at += 1
        if at not in broken:
            numbers.append(at)
    return numbers, at


def _taken(broken: dict[int, str], up_to: int) -> list[tuple[int, str]]:
    return [(number, broken.pop(number)) for number in sorted(broken) if number <= up_to]


def _parquet(path: Path) -> Iterator[Batch]:
    with pa.parquet.ParquetFile(path) as file:
        _check(file.schema_arrow.names)
        whole, last = file.metadata.num_rows, 0
        wanted = [name for name in COLUMNS if name in file.schema_arrow.names]
        for block in file.iter_batches(batch_size=PARQUET_ROWS, columns=wanted):
            numbers = list(range(last + 1, last + block.num_rows + 1))
            last += block.num_rows
            yield Batch(numbers, _known(block), last / whole, ignored=_ignored(file.schema_arrow.names))


def _ignored(names: list[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in COLUMNS)


def _known(block: pa.RecordBatch) -> dict[str, pa.Array]:
    empty = pa.array([""] * block.num_rows, pa.string())
    at = {name.strip(): position for position, name in enumerate(block.schema.names)}
    return {name: _text(block.column(at[name]), moment=name in MOMENTS) if name in at else empty for name in COLUMNS}


def _text(column: pa.Array, *, moment: bool) -> pa.Array:
    """Return a column as text; moments with a time zone and 16-byte identifiers become their usual spelling."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.dictionary_decode(), moment=moment)
    if moment and pa.types.is_timestamp(kind):
        return column  # already a moment; `rowparsing` takes it as it is
    if pa.types.is_fixed_size_binary(kind):
        return pa.array([value.hex() if value else "" for value in column.to_pylist()], pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _decoded(column)
    return pc.fill_null(column.cast(pa.string()), "")


def _decoded(column: pa.Array) -> pa.Array:
    try:
        return pc.fill_null(column.cast(pa.string()), "")
    except pa.ArrowInvalid:  # what is no UTF-8 is marked, so that no rule takes it for anything
        texts = [(value or b"").decode("utf-8", "replace") for value in column.to_pylist()]
        return pa.array(texts, pa.string())
