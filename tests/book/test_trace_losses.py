"""What compactions lost, by hand, and what it cost to read it again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scribe import MINUTE, SECOND, answer, compaction, result, summary, text, tool_use, usage
from test_trace_chains import EDIT, NPM, OTHER, READ, Telling
from world import RATES

from cctop.book.subjects import command_of
from cctop.book.trace import Item, Loss
from cctop.phrases import is_said, marks_of


def squeezed(told: Telling, words: str | None, **more: Any) -> Telling:
    told.now += MINUTE
    mark = compaction(told.now, **more)
    told.records.append(mark)
    if words is not None:
        told.records.append(summary(told.now, mark, words))
    return told


def items(found: tuple[Item, ...]) -> dict[str, tuple[int, bool | None]]:
    return {item.text: (item.count, item.named) for item in found}


def test_files_and_commands_that_the_summary_names_or_not() -> None:
    told = Telling().prompt()
    told.call(READ)
    told.call(READ)
    told.call(OTHER)
    told.call(EDIT)
    told.call(NPM)
    told.call(("Bash", {"command": "cd web && npm run lint -- --fix"}))
    told.call(("Bash", {"command": "rm -rf build"}))
    told.call(("Bash", {"command": "ls"}), "no such command")  # it failed, and told nothing
    told.call(("Grep", {"pattern": "x", "path": "/w/src"}))
    squeezed(told, "We edited `app.py`, ran `npm test` and `npm run lint`.")
    (loss,) = told.trace().losses
    assert loss.summarised
    assert items(loss.read) == {"/w/app.py": (2, True), "/w/other.py": (1, False)}
    assert items(loss.edited) == {"/w/app.py": (1, True)}
    assert items(loss.commands) == {
        "npm test": (1, True),
        "cd web && npm run lint -- --fix": (1, True),
        "rm -rf build": (1, False),
    }
    assert (loss.rereads, loss.tokens, loss.cost) == ((), 0, 0)


def test_without_a_summary_nothing_is_known_of_it() -> None:
    told = Telling().prompt()
    told.call(READ)
    told.call(NPM)
    squeezed(told, None)
    (loss,) = told.trace().losses
    assert not loss.summarised
    assert items(loss.read) == {"/w/app.py": (1, None)}
    assert items(loss.commands) == {"npm test": (1, None)}


def test_what_was_before_the_last_compaction_was_lost_then() -> None:
    told = Telling().prompt()
    told.call(READ)
    squeezed(told, "nothing")
    told.call(OTHER)
    squeezed(told, "nothing")
    told.call(READ)
    told.say()
    first, second = told.trace().losses
    assert items(first.read) == {"/w/app.py": (1, False)}
    assert items(second.read) == {"/w/other.py": (1, False)}
    assert (first.rereads, second.rereads) == ((), ())


def reading(told: Telling, context: int, *reads: tuple[str, str, int]) -> None:
    """A response of 100 tokens with such a context that reads files: id, path, bytes of each."""
    told.now += 5 * SECOND
    blocks = [tool_use("Read", id, file_path=path) for id, path, _ in reads] or [text("Done.")]
    spent = usage(10, 100, context - 1_010, write_5m=600, write_1h=400)
    told.records.append(answer(told.now, spent, blocks, stop="tool_use" if reads else "end_turn"))
    for id, _, size in reads:
        told.now += SECOND
        told.records.append(result(told.now, id, "x" * (size - 2)))


def one_loss(told: Telling) -> Loss:
    (loss,) = told.trace().losses
    return loss


def test_a_reread_costs_what_the_context_grew_by() -> None:
    told = Telling().prompt()
    told.call(READ)
    squeezed(told, "nothing")
    reading(told, 20_000, ("toolu_01aaaaaaaaaaaaaaaa", "/w/app.py", 9_000))
    reading(told, 22_600)
    (reread,) = one_loss(told).rereads
    assert (reread.path, reread.tokens) == ("/w/app.py", 2_500)  # 100 were the model's own
    new = 10 * RATES.input + 600 * RATES.cache_write_5m + 400 * RATES.cache_write_1h
    assert reread.cost == 2_500 * new // 1_010


def test_answers_that_come_together_share_the_growth_by_their_size() -> None:
    told = Telling().prompt()
    told.call(READ)
    told.call(OTHER)
    squeezed(told, "nothing")
    ids = ("toolu_01aaaaaaaaaaaaaaaa", "toolu_01bbbbbbbbbbbbbbbb", "toolu_01cccccccccccccccc")
    reading(told, 20_000, (ids[0], "/w/app.py", 6_000), (ids[1], "/w/new.py", 3_000),
            (ids[2], "/w/other.py", 1_000))  # fmt: skip
    reading(told, 23_100)
    loss = one_loss(told)
    assert [(r.path, r.tokens) for r in loss.rereads] == [
        ("/w/app.py", 1_800),
        ("/w/other.py", 300),
    ]
    assert loss.tokens == 2_100
    assert loss.cost == sum(r.cost or 0 for r in loss.rereads) > 0


def test_a_second_reading_and_one_that_fails_are_none() -> None:
    told = Telling().prompt()
    told.call(READ)
    squeezed(told, "nothing")
    told.call(READ, "File does not exist.")
    assert one_loss(told).rereads == ()
    told.call(READ)
    told.call(READ)
    assert len(one_loss(told).rereads) == 1


def test_what_was_edited_and_then_read_is_a_reread() -> None:
    told = Telling().prompt()
    told.call(EDIT)
    squeezed(told, "nothing")
    told.call(READ)
    assert [reread.path for reread in one_loss(told).rereads] == ["/w/app.py"]


@pytest.mark.parametrize("after", [None, 19_000, 20_100])
def test_what_the_context_does_not_tell_is_not_estimated(after: int | None) -> None:
    told = Telling().prompt()
    told.call(READ)
    squeezed(told, "nothing")
    reading(told, 20_000, ("toolu_01aaaaaaaaaaaaaaaa", "/w/app.py", 9_000))
    if after is not None:
        reading(told, after)
    (reread,) = one_loss(told).rereads
    assert (reread.tokens, reread.cost) == (None, None)


def test_a_micro_compaction_ends_no_stretch_of_files() -> None:
    told = Telling().prompt()
    told.call(READ)
    told.now += MINUTE
    told.records.append(
        compaction(told.now) | {"subtype": "microcompact_boundary", "compactMetadata": None,
                                "microcompactMetadata": {"preTokens": 9_000, "tokensSaved": 100}}
    )  # fmt: skip
    told.call(OTHER)
    squeezed(told, "nothing")
    told.call(READ)
    micro, full = told.trace().losses
    assert items(micro.read).keys() == {"/w/app.py"}
    assert items(full.read).keys() == {"/w/app.py", "/w/other.py"}
    assert [reread.path for reread in full.rereads] == ["/w/app.py"]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("npm test", "npm test"),
        ("npm run build -- --prod", "npm run build"),
        ("cd web && CI=1 npm test | tail -5", "npm test"),
        ("timeout 60 pytest -x tests/a.py", "pytest tests/a.py"),
        ("sudo -n systemctl restart nginx", "systemctl restart"),
        ("/usr/bin/git push --force", "git push"),
        ("ls", "ls"),
        ("cd web", "cd web"),
        ("export A=1; make", "make"),
        ("python -m pytest tests", "pytest tests"),
        ("uv run pytest -x tests/a.py", "pytest tests/a.py"),
        ("uv run -q mypy", "mypy"),
        ("npx -y eslint src", "eslint src"),
        ("docker compose up -d", "docker compose up"),
        ("sudo", ""),
        ("", ""),
        ("&& ||", ""),
        ("'-'", ""),
        ("/-x", ""),
    ],
)
def test_what_a_command_is_known_by(line: str, known: str) -> None:
    assert " ".join(command_of(line)) == known


@given(st.text(), st.text(), st.text())
def test_what_a_text_says_is_found_in_its_marks(before: str, words: str, after: str) -> None:
    said = command_of(words)
    text = f"{before} `{' '.join(said)}`. {after}"
    assert is_said(said, marks_of(text)) is bool(said)
    assert not is_said(said, marks_of(""))


def test_words_that_stand_apart_are_not_said() -> None:
    marks = marks_of("npm is there, and a test of ours runs `pytest -x tests/billing`.")
    assert not is_said(("npm", "test"), marks)
    assert is_said(("pytest", "tests/billing"), marks)
    assert len(marks) % 4 == 0
