"""What happens between two runs: files go, move, change, are copied; prices change; hooks tell."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from keeping import NOW, Seen, Stage, without_traces
from msgspec.structs import replace
from scribe import HOUR, MINUTE, START, Json, answer, cost_state, prompt, session_id, usage

from cctop.engine.opening import open_book
from cctop.store.look import look

ONE, TWO, THREE = map(session_id, (1, 2, 3))
DEAR = {"claude-opus-5-5": {"input": 100.0, "output": 500.0}}


def cost(seen: Seen) -> int:
    return sum(session.cost for session, _ in seen.values())


def test_what_was_read_is_not_read_again(stage: Stage) -> None:
    """Neither of files that said nothing."""
    stage.write(4, {"type": "file-history-snapshot", "snapshot": {}})
    stage.run()
    reader, _ = open_book(stage.settings)
    reader.look()
    assert reader.progress().bytes_left == 0
    assert reader.book.sessions == {}
    stage.write(1, answer(START + HOUR, usage(5, 5)))
    reader.look([str(stage.projects / "-home-web" / f"{ONE}.jsonl")])
    assert 0 < reader.progress().bytes_left < 1_000
    reader.read()
    assert reader.book.sessions.keys() == {ONE}
    assert reader.history is not None
    reader.history.close()


def test_what_a_decoder_remembers_outlives_the_run(stage: Stage) -> None:
    """Surroundings that are told again say nothing new."""
    stage.write(1, cost_state(0.5, START))
    stage.run()
    said: Json = {"cwd": "/home/web", "gitBranch": "main", "version": "2.1.330"}
    stage.write(1, answer(START + MINUTE, usage(5, 5), **said))
    bare = stage.bare()
    assert bare[ONE][0].books is not None
    assert stage.run() == bare
    stage.write(1, cost_state(0.7, START))
    assert stage.run() == stage.bare()


class TestGone:
    def test_a_session_stays_when_its_transcript_is_deleted(self, stage: Stage) -> None:
        before = stage.run()
        (stage.projects / "-home-web" / f"{ONE}.jsonl").unlink()
        for now in (NOW, NOW + HOUR, NOW + 1_000 * HOUR):
            seen = stage.run(now)
            assert seen[ONE][0].transcript_gone
            assert not seen[TWO][0].transcript_gone
            assert cost(seen) == cost(before)
        assert without_traces(stage.run()) == before
        assert look(stage.store).without == 1

    def test_it_stays_when_it_never_rested(self, stage: Stage) -> None:
        """It was deleted before it had a picture: what its file said is kept all the same."""
        reader, _ = open_book(stage.settings)
        reader.look()
        reader.read()
        assert reader.history is not None
        reader.history.close()
        before = stage.bare()
        (stage.projects / "-home-web" / f"{ONE}.jsonl").unlink()
        seen = stage.run()
        assert seen[ONE][0].transcript_gone
        assert without_traces(seen)[ONE][0] == before[ONE][0]
        assert stage.run() == seen

    def test_a_subagent_that_is_left_changes_nothing(self, stage: Stage) -> None:
        before = stage.run()
        (stage.projects / "-home-web" / f"{TWO}.jsonl").unlink()
        assert stage.run() == before  # a part of it is there
        stage.write(2, answer(START + 9_000, usage(10, 10)), agent="a1")
        seen = stage.run()
        assert seen[TWO][0].tokens.total == before[TWO][0].tokens.total + 20
        assert len(seen[TWO][1].turns) == len(before[TWO][1].turns) == 1
        assert stage.run() == seen

    def test_all_of_it_is_gone_when_the_subagent_is(self, stage: Stage) -> None:
        before = stage.run()
        for path in stage.projects.rglob("*.jsonl"):
            path.unlink()
        seen = stage.run()
        assert all(session.transcript_gone for session, _ in seen.values())
        assert without_traces(seen) == before

    def test_it_goes_while_cctop_runs(self, stage: Stage) -> None:
        stage.run()
        reader, painter = open_book(stage.settings)
        reader.look()
        (stage.projects / "-home-web" / f"{ONE}.jsonl").unlink()
        for _ in range(3):  # two looks, as one can miss a file that moves
            reader.look([str(stage.projects / "-home-web" / f"{ONE}.jsonl")])
            reader.read()
        shown = {one.id: one.transcript_gone for one in painter.paint(NOW).sessions}
        assert shown == {ONE: True, TWO: False}
        assert reader.history is not None
        reader.history.close()

    def test_it_comes_back_from_a_backup(self, stage: Stage) -> None:
        path = stage.projects / "-home-web" / f"{ONE}.jsonl"
        data = path.read_bytes()
        before = stage.run()
        path.unlink()
        stage.run()
        path.write_bytes(data)
        assert stage.run() == before == stage.bare()

    def test_the_whole_folder_is_gone(self, stage: Stage) -> None:
        before = stage.run()
        stage.root.rename(stage.path / "elsewhere")
        assert without_traces(stage.run()) == before


class TestMoved:
    @pytest.mark.parametrize("later", [False, True])
    @pytest.mark.parametrize("closed", [False, True])
    def test_a_file_that_moved_between_two_runs(
        self, stage: Stage, later: bool, closed: bool
    ) -> None:
        """As `/cd` does it: to the folder of another project."""
        if closed:
            stage.write(1, cost_state(0.5, START))
        stage.run()
        path = stage.projects / "-home-web" / f"{ONE}.jsonl"
        there = stage.projects / "-home-api" / path.name
        there.parent.mkdir()
        path.rename(there)
        if later:
            stage.write(1, answer(START + MINUTE, usage(5, 5), cwd="/home/api"), slug="-home-api")
        bare = stage.bare()
        assert stage.run() == bare
        assert bare[ONE][1].failures[0].where.path == str(there)
        stage.write(1, answer(START + 2 * MINUTE, usage(5, 5)), slug="-home-api")
        last = stage.bare()
        assert stage.run() == last == stage.run()
        there.unlink()
        seen = stage.run()
        assert seen[ONE][0].transcript_gone
        assert without_traces(seen)[ONE][0] == last[ONE][0]

    def test_a_file_that_took_the_place_of_another(self, stage: Stage) -> None:
        """What was overwritten was paid for; it stays with the session that the name belongs to."""
        before = stage.run()
        one, two = (stage.projects / "-home-web" / f"{id}.jsonl" for id in (ONE, TWO))
        two.rename(one)
        first = stage.run()
        second = stage.run()
        assert first == second
        assert sum(session.cost for session, _ in second.values()) >= cost(before)
        assert stage.aside() == []

    def test_a_file_that_moves_while_cctop_runs(self, stage: Stage) -> None:
        stage.run()
        reader, painter = open_book(stage.settings)
        reader.look()
        path = stage.projects / "-home-web" / f"{ONE}.jsonl"
        there = stage.projects / "-home-api" / path.name
        there.parent.mkdir()
        path.rename(there)
        stage.write(1, answer(START + MINUTE, usage(5, 5), cwd="/home/api"), slug="-home-api")
        for _ in range(3):
            reader.look([str(there), str(path), str(there.parent)])
            reader.read()
        history = reader.history
        assert history is not None
        history.rest(NOW, lambda id: painter.describe(id, NOW))
        history.close()
        assert stage.run() == stage.bare()


class TestReplaced:
    def test_a_file_that_was_replaced_between_two_runs(self, stage: Stage) -> None:
        before = stage.run()
        path = stage.projects / "-home-web" / f"{ONE}.jsonl"
        path.unlink()
        stage.write(1, prompt(START + HOUR, "another"), answer(START + HOUR, usage(50, 50)))
        seen = stage.run()
        # What was paid stays paid.
        assert seen[ONE][0].tokens.total == before[ONE][0].tokens.total + 100
        assert len(seen[ONE][1].turns) == 2
        assert stage.run() == seen

    def test_a_file_that_was_cut_short(self, stage: Stage) -> None:
        path = stage.projects / "-home-web" / f"{ONE}.jsonl"
        data = path.read_bytes()
        before = stage.run()
        os.truncate(path, len(data) // 2)
        assert stage.run()[ONE][0].cost == before[ONE][0].cost
        path.write_bytes(data)
        assert stage.run()[ONE][0].cost == before[ONE][0].cost

    def test_a_line_that_was_torn_at_the_end_of_a_run(self, stage: Stage) -> None:
        path = stage.projects / "-home-web" / f"{ONE}.jsonl"
        data = path.read_bytes()
        for end in (len(data) - 20, len(data) // 2 + 3, 1):
            path.write_bytes(data[:end])
            stage.run()
            with path.open("ab") as file:
                file.write(data[end:])
            assert stage.run() == stage.bare()


class TestForks:
    def fork(self, stage: Stage, how: str) -> None:
        """Session 3 begins as a copy of session 1, and goes on."""
        lines = (stage.projects / "-home-web" / f"{ONE}.jsonl").read_text().splitlines()
        for text in lines:
            record: dict[str, Any] = json.loads(text) | {"sessionId": THREE}
            if how == "fork-session" and record["type"] == "assistant":
                record["requestSessionId"] = ONE
            if how == "branch":
                record["forkedFrom"] = {"sessionId": ONE}
            stage.write(3, record)
        stage.write(3, answer(START + HOUR, usage(9, 9), sessionId=THREE))

    @pytest.mark.parametrize("how", ["fork-session", "branch", "traceless"])
    @pytest.mark.parametrize("parent_first", [True, False])
    def test_a_fork_is_read_in_another_run(
        self, stage: Stage, how: str, parent_first: bool
    ) -> None:
        self.fork(stage, how)
        hidden = stage.projects / "-home-web" / f"{THREE if parent_first else ONE}.jsonl"
        hidden.rename(hidden.with_suffix(".later"))
        stage.run()
        hidden.with_suffix(".later").rename(hidden)
        bare = stage.bare()
        assert stage.run() == bare
        assert stage.run() == bare
        assert stage.run(NOW + 2 * HOUR) == stage.bare(NOW + 2 * HOUR)

    @pytest.mark.parametrize("how", ["fork-session", "branch", "traceless"])
    def test_the_parent_is_deleted_and_the_fork_goes_on(self, stage: Stage, how: str) -> None:
        self.fork(stage, how)
        before = stage.run()
        (stage.projects / "-home-web" / f"{ONE}.jsonl").unlink()
        stage.write(3, answer(START + 2 * HOUR, usage(100, 100), sessionId=THREE))
        seen = stage.run()
        assert seen[ONE][0].cost == before[ONE][0].cost
        assert seen[THREE][0].tokens.total == before[THREE][0].tokens.total + 200
        assert stage.run() == seen


class TestTold:
    def tell(self, stage: Stage, at: int) -> None:
        stage.hear(1, "SessionEnd", at, reason="exit")
        stage.told(1, at, cost={"total_cost_usd": 0.75})

    def test_hooks_and_the_status_line_of_a_session_that_rests(self, stage: Stage) -> None:
        self.tell(stage, START + MINUTE)
        bare = stage.bare()
        assert bare[ONE][0].books is not None
        assert stage.run() == bare
        assert stage.run() == bare

    def test_it_knows_them_when_it_is_taken_up_again(self, stage: Stage) -> None:
        self.tell(stage, START + MINUTE)
        stage.run()
        stage.write(1, answer(START + 2 * HOUR, usage(5, 5)))
        bare = stage.bare()
        assert bare[ONE][0].books is not None
        assert stage.run() == bare
        assert stage.run() == bare

    def test_what_they_tell_long_after_the_session_fell_silent(self, stage: Stage) -> None:
        """Its window stayed open; nobody looked when it was closed."""
        stage.run()
        self.tell(stage, START + 5 * HOUR)
        bare = stage.bare()
        assert bare[ONE][0].books is not None
        assert stage.run() == bare
        assert stage.run() == bare

    def test_limits_are_of_the_account_whoever_was_told(self, stage: Stage) -> None:
        limit = {"used_percentage": 41.5, "resets_at": (NOW + HOUR) // 1000}
        stage.told(
            1, START + MINUTE, cost={"total_cost_usd": 0.75}, rate_limits={"five_hour": limit}
        )
        bare = stage.snapshot(store=None).fleet
        assert bare.five_hour is not None
        assert stage.snapshot().fleet == bare
        assert stage.snapshot().fleet == bare

    def test_they_come_while_cctop_runs(self, stage: Stage) -> None:
        stage.run()
        reader, painter = open_book(stage.settings)
        reader.look()
        reader.read()
        self.tell(stage, START + 5 * HOUR)
        reader.look()
        (one,) = (each for each in painter.paint(NOW).sessions if each.id == ONE)
        assert replace(one, version=0) == stage.bare()[ONE][0]
        assert reader.history is not None
        reader.history.close()


class TestRules:
    def test_a_price_that_changes_holds_for_history_too(self, stage: Stage) -> None:
        before = stage.run()
        seen = stage.run(prices=DEAR)
        assert seen == stage.bare(prices=DEAR)
        assert cost(seen) > 2 * cost(before)
        assert stage.run(prices=DEAR) == seen
        assert stage.run() == before

    def test_it_holds_for_deleted_transcripts(self, stage: Stage) -> None:
        stage.run()
        dear = stage.bare(prices=DEAR)
        for path in stage.projects.rglob("*.jsonl"):
            path.unlink()
        seen = stage.run(prices=DEAR)
        assert without_traces(seen) == dear
        assert all(session.transcript_gone for session, _ in seen.values())

    def test_a_window_that_changes(self, stage: Stage) -> None:
        stage.run()
        windows = {"claude-opus-5-5": 123_456}
        seen = stage.run(windows=windows)
        assert seen == stage.bare(windows=windows)
        assert seen[ONE][0].context.window == 123_456

    def test_events_of_an_older_cctop_are_read_anew_where_the_file_is_there(
        self, stage: Stage
    ) -> None:
        before = stage.run()
        (stage.projects / "-home-web" / f"{ONE}.jsonl").unlink()
        stage.ask("UPDATE file SET wire = 0")
        stage.ask("UPDATE session SET made_by = 'cctop 0.0.1'")
        seen = stage.run()
        assert without_traces(seen) == before
        assert stage.ask("SELECT DISTINCT session FROM file WHERE wire = 0") == [(ONE,)]
        assert stage.run() == seen


class TestRoots:
    @pytest.fixture
    def other(self, stage: Stage) -> Path:
        """A config folder with a copy of session 1 that went on, and a session of its own."""
        other = Stage(stage.path / "b")
        data = (stage.projects / "-home-web" / f"{ONE}.jsonl").read_bytes()
        other.write(1, data, answer(START + HOUR, usage(70, 70)))
        other.work(8)
        TestForks().fork(other, "traceless")
        return other.root

    def test_folders_that_are_read_apart_do_not_mix(self, stage: Stage, other: Path) -> None:
        for roots in [(stage.root,), (other,), (stage.root, other), (other,), (stage.root,)]:
            assert stage.run(roots=roots) == stage.bare(roots=roots)
        assert stage.run(roots=(other, stage.root)) == stage.bare(roots=(other, stage.root))
        assert look(stage.store).roots == (str(stage.root), str(other))

    def test_what_is_gone_in_one_is_no_business_of_the_other(
        self, stage: Stage, other: Path
    ) -> None:
        stage.run()
        stage.run(roots=(other,))
        for path in stage.projects.rglob("*.jsonl"):
            path.unlink()
        assert stage.run(roots=(other,)) == stage.bare(roots=(other,))

    def test_a_link_to_the_folder_shows_the_same(self, stage: Stage) -> None:
        link = stage.path / "link"
        link.symlink_to(stage.root)
        stage.run()
        for root in (link, stage.root, link):
            assert stage.run(roots=(root,)) == stage.bare(roots=(root,))

    def test_a_project_behind_a_link(self, stage: Stage) -> None:
        outside = stage.path / "outside"
        (stage.projects / "-home-web").rename(outside)
        (stage.projects / "-home-web").symlink_to(outside)
        assert stage.run() == stage.bare()
        assert stage.run() == stage.bare()


def test_other_rules_count_for_all_while_one_is_at_work(stage: Stage) -> None:
    stage.run()
    hooked = NOW - MINUTE
    stage.work(3, hooked)
    stage.hear(3, "Stop", hooked)  # of which no picture is kept
    stage.run()
    windows = {"claude-opus-5-5": 300_000}
    assert stage.run(windows=windows) == stage.bare(windows=windows)
