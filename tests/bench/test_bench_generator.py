"""The benchmarks' truth is true: what cctop counts in made-up transcripts is what was written."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import generate
import pytest
import throughput
from truth import Truth, load

from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.report.document import document, encoded

END = datetime(2026, 11, 20, 10, tzinfo=UTC)


def read(root: Path) -> dict[str, Any]:
    reading = read_all(Settings(roots=(root,)))
    document_of: dict[str, Any] = json.loads(encoded(document(reading, reading.snapshot.sessions)))
    return document_of


def files(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.json*")}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_counted_is_what_was_written(tmp_path: Path, seed: int) -> None:
    truth = generate.write(tmp_path, 4, 60, seed, END)
    assert truth.files == 60
    assert truth.forks
    assert truth.subagents
    assert 3.5e6 < truth.bytes < 4.5e6
    throughput.check(read(tmp_path), truth)


def test_one_transcript_compacts_and_is_counted(tmp_path: Path) -> None:
    truth = generate.huge(tmp_path, 3, 1, END)
    assert (truth.files, truth.sessions) == (1, 1)
    assert truth.compactions
    assert truth.tool_failures
    throughput.check(read(tmp_path), truth)


def test_what_is_appended_is_counted(tmp_path: Path) -> None:
    before = generate.write(tmp_path, 2, 10, 1, END)
    after = generate.grow(tmp_path, 0.5, END + timedelta(hours=1))
    assert after.files == before.files
    assert after.calls > before.calls
    assert after.bytes == sum(file.stat().st_size for file in tmp_path.rglob("*.jsonl"))
    throughput.check(read(tmp_path), after)


def test_a_line_over_any_limit_is_skipped(tmp_path: Path) -> None:
    truth = generate.long_line(tmp_path, 34, 1, END)
    assert truth.skipped == 1
    throughput.check(read(tmp_path), truth)


def test_the_same_seed_and_end_write_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        generate.write(tmp_path / name, 1, 12, seed, END)
        generate.grow(tmp_path / name, 0.2, END)
    assert files(tmp_path / "one") == files(tmp_path / "same")
    assert files(tmp_path / "one") != files(tmp_path / "other")


def test_most_files_are_old_and_none_is_of_the_future(tmp_path: Path) -> None:
    generate.write(tmp_path, 1, 100, 1, END)
    ages = [END.timestamp() - f.stat().st_mtime for f in tmp_path.rglob("*.jsonl")]
    assert min(ages) >= 0
    assert max(ages) < 60 * 86_400
    assert sum(age > 7 * 86_400 for age in ages) > len(ages) / 2


def test_a_wrong_count_is_told(tmp_path: Path) -> None:
    truth = generate.write(tmp_path, 1, 6, 1, END)
    assert load(tmp_path) == truth
    found = read(tmp_path)
    for change in (spoil_tokens, spoil_calls, spoil_session):
        wrong = copy.deepcopy(truth)
        change(wrong)
        with pytest.raises(SystemExit, match="wrong count"):
            throughput.check(found, wrong)


def spoil_tokens(truth: Truth) -> None:
    truth.tokens["output"] += 1


def spoil_calls(truth: Truth) -> None:
    truth.tool_calls -= 1


def spoil_session(truth: Truth) -> None:
    next(iter(truth.by_session.values()))[1] += 1
