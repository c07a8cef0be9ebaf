"""The engine meets paths and files as people leave them."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from rightplace.engines.engine import Engine
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(memory="200MB", threads=1)


@pytest.mark.parametrize("name", ["o'brien", 'a "b"', "both ' and \"", "[x]*? é", "a\\b 'c'"])
def test_a_table_comes_back_from_a_folder_of_any_name(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    file = folder / "table.parquet"
    engine.write(engine.arrow(pa.table({"n": [1, 2, 3]})), file)
    assert [path.name for path in folder.iterdir()] == ["table.parquet"]
    assert engine.run(engine.parquet([file]))["n"].to_pylist() == [1, 2, 3]


def test_a_missing_table_is_said_to_be_missing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"missing or damaged.*gone\.parquet.*backup"):
        engine.parquet([tmp_path / "gone.parquet"])


def test_a_table_cut_short_is_said_to_be_damaged(engine: Engine, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    engine.write(engine.arrow(pa.table({"n": list(range(1000))})), whole)
    cut.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(BadInputError, match=r"missing or damaged.*cut\.parquet"):
        engine.parquet([cut])


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let an interrupt stop Python, also where the shell started the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_query_that_is_stopped_stops_the_command(engine: Engine) -> None:
    numbers = engine.arrow(pa.table({"n": list(range(4000))}))
    pairs = numbers.cross_join(numbers.view(), rname="other_{name}")
    endless = pairs.cross_join(numbers.view(), rname="third_{name}")
    total = endless.aggregate(sum=(endless.n * endless.other_n + endless.third_n).sin().sum())
    stop = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    stop.start()
    with pytest.raises(KeyboardInterrupt):
        engine.run(total)
    stop.join()


def test_two_people_ask_at_once_and_each_has_their_own_answer(
    engine: Engine, tmp_path: Path
) -> None:
    files = [tmp_path / f"{n}.parquet" for n in range(4)]
    for n, file in enumerate(files):
        engine.write(engine.arrow(pa.table({"n": [n] * 50_000})), file)
    told: list[tuple[int, int]] = []

    def ask(n: int) -> None:
        for _ in range(20):
            table = engine.parquet([files[n]])
            told.append((n, engine.run(table.agg(n=table.n.sum()))["n"][0].as_py()))

    asking = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for each in asking:
        each.start()
    for each in asking:
        each.join(timeout=60)
    assert sorted(told) == sorted((n, 50_000 * n) for n in range(4) for _ in range(20))
