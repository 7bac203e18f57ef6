"""Byte offsets as line numbers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.sources.transcripts import numbering
from cctop.sources.transcripts.numbering import line_numbers


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbers") / "a.jsonl"


@given(
    st.lists(st.binary(max_size=9), max_size=20),
    st.lists(st.integers(-5, 120), max_size=20),
    st.sampled_from([1, 2, 7, 1 << 20]),
)
def test_a_number_for_every_byte_there_is(
    path: Path, lines: list[bytes], offsets: list[int], chunk: int
) -> None:
    data = b"\n".join(lines)
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "_CHUNK", chunk)
        numbers = line_numbers(str(path), offsets)
    there = {offset for offset in offsets if 0 <= offset < len(data)}
    assert numbers == {offset: data.count(b"\n", 0, offset) + 1 for offset in there}


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        line_numbers(str(tmp_path / "none"), [0])
