"""What is printed: the whole page, the few lines, the document."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from clinic import NOW, Clinic
from scribe import HOUR, MINUTE, SECOND, answer, usage

from cctop import __version__
from cctop.doctor.check import State, check
from cctop.doctor.page import BRIEF_LINES, GLYPHS, brief, document, page

GOLDEN = Path(__file__).parent / "goldens" / "page.txt"


def test_golden(clinic: Clinic, as_golden: Callable[[Path, str], None]) -> None:
    clinic.install()
    clinic.draw("wrapped", exists=False)
    clinic.change(config=str(clinic.path / "config.toml"), spool_variable="CCTOP_SPOOL_DIR")
    clinic.work("toolu_1", "toolu_2")
    clinic.write(answer(NOW - MINUTE, usage(1_000, 500), model="glm-9"), b"[]\n")
    clinic.write({"type": "hologram"}, at=NOW - 50 * SECOND)
    for event in ("SessionStart", "UserPromptSubmit", "PreToolUse"):
        clinic.hear(event, NOW - 2 * HOUR)
    for tool, ms in (("toolu_1", 40), ("toolu_2", 90)):
        clinic.hear("PostToolUse", NOW - MINUTE + ms, tool_use_id=tool)
    (clinic.spool / "events-000001.jsonl").chmod(0o640)
    clinic.told()
    text = "".join(f"{line}\n" for line in page(clinic.checks()))
    text = text.replace(str(clinic.path), "/home/ada").replace(_prices(clinic), "genai-prices 1.0")
    text = re.sub(r"[\d.]+ kB in 1 segment", "1.0 kB in 1 segment", text)  # it holds the path
    as_golden(GOLDEN, text)


def test_lines_are_wrapped_below_what_they_say() -> None:
    words = "word " * 40
    lines = list(page([check("lines", State.OK, words, words, notes=[words])], 80))
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("✓ lines")
    assert lines[1].startswith(" " * 23 + "word")
    assert "→" in "".join(lines)


def test_every_state_has_a_glyph_of_its_own() -> None:
    assert len(set(GLYPHS.values())) == len(GLYPHS) == len(State)


class TestBrief:
    def test_nothing_broken_is_not_counted(self) -> None:
        assert next(brief([check("a", State.ATTENTION, "x")])) == "No check broken, 1 worth a look."

    def test_all_well(self, clinic: Clinic) -> None:
        clinic.install()
        clinic.draw()
        clinic.work("toolu_1")
        clinic.told()
        clinic.hear("Stop")
        lines = list(brief(clinic.checks()))
        assert lines[0] == "All is well."
        assert lines[1].startswith(
            "hooks: last 0:59 ago, 1 in the last hour · status line: last 0:05 ago · spool: "
        )
        assert len(lines) == 2

    @pytest.mark.parametrize("count", [9, 10, 11, 30])
    def test_never_more_than_twelve_lines_and_the_broken_ones_first(self, count: int) -> None:
        odd = [check(f"a{n}", State.ATTENTION, "x") for n in range(count - 1)]
        fine = [check("f", State.OK, "x", word="spool: none"), check("i", State.INFO, "x")]
        lines = list(brief([*odd, check("b", State.BROKEN, "x", "do"), *fine]))
        assert len(lines) <= BRIEF_LINES
        assert lines[0] == f"1 check broken, {count - 1} worth a look."
        assert lines[1] == "✕ b: x → do"
        assert lines[-1] == "spool: none"
        hidden = [line for line in lines if line.endswith(" more: cctop doctor")]
        assert len(hidden) == (count > 10)
        shown = len(lines) - 2 - len(hidden)
        assert shown + (int(hidden[0].split()[0]) if hidden else 0) == count


def test_the_document(clinic: Clinic) -> None:
    clinic.hear("Stop")
    told = document(clinic.checks(), NOW)
    assert list(told) == ["cctop_version", "generated_at", "ok", "checks"]
    assert (told["cctop_version"], told["ok"]) == (__version__, True)
    assert told["generated_at"] == "2026-11-18T12:06:40.000Z"
    for one in told["checks"]:
        assert list(one) == ["id", "state", "finding", "remedy", "details"]
    assert json.loads(json.dumps(told)) == told
    clinic.change(spool="")
    assert document(clinic.checks(), NOW)["ok"] is False


def test_the_page_in_the_docs_explains_every_check(clinic: Clinic) -> None:
    clinic.install(spools=["/other"])
    clinic.hear("Stop")
    clinic.move(mounts=(("/", "nfs"),))
    explained = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text("utf-8")
    for name in clinic.names():
        assert f"`{name}`" in explained, name


def _prices(clinic: Clinic) -> str:
    picture = clinic.facts().picture
    return f"{picture.prices_source} {picture.prices_version}"
