"""The builder of transcripts: what each of its words writes, and what it keeps as the truth."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from playback import NOON, transcripts

from cctop.demo.agent import Agent
from cctop.demo.compaction import Compacted
from cctop.demo.presence import Presence, Process, this_process
from cctop.demo.writer import Session, World
from cctop.events import FailureKind, Usage

SOME = Usage(input=8, output=120, cache_read=14_000, cache_write_1h=5_000, thinking=30)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, seed=3, now=NOON)


@pytest.fixture
def session(world: World) -> Session:
    session = world.session("/home/sam/code/my_app", "claude-opus-5-5", branch="feat/x")
    session.prompt("Make it faster")
    return session


def lines(world: World, session: Session | Agent) -> list[dict[str, Any]]:
    world.flush()
    text = (world.files.root / session.path).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_session_lies_where_the_cli_puts_it(world: World, session: Session) -> None:
    world.flush()
    path = world.files.root / f"projects/-home-sam-code-my-app/{session.id}.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stat().st_mtime_ns == NOON * 1_000_000


def test_a_response_has_one_line_a_block_and_repeats_its_usage(
    world: World, session: Session
) -> None:
    reply = session.reply(SOME)
    reply.think()
    reply.say("I see.")
    reply.call("Bash", command="make", description="Build")
    blocks = [line for line in lines(world, session) if line["type"] == "assistant"]
    assert [block["apiBlockIndex"] for block in blocks] == [0, 1, 2]
    assert [block["message"]["content"][0]["type"] for block in blocks] == [
        "thinking",
        "text",
        "tool_use",
    ]
    assert len({block["message"]["id"] for block in blocks}) == 1
    assert len({block["requestId"] for block in blocks}) == 1
    assert {block["message"]["usage"]["output_tokens"] for block in blocks} == {120}
    assert blocks[2]["parentUuid"] == blocks[1]["uuid"]
    truth = world.truth()[session.id]
    assert truth.usage == SOME
    assert (truth.api_calls, truth.tools) == (1, {"Bash": 1})


def test_results_hang_on_their_calls(world: World, session: Session) -> None:
    reply = session.reply(SOME)
    one, two = reply.call("Read", file_path="/a"), reply.call("Read", file_path="/b")
    session.ok(two, "b", {"type": "text", "file": {}})
    session.ok(one, "a", {"type": "text", "file": {}})
    written = lines(world, session)
    calls = {line["uuid"]: line for line in written if line["type"] == "assistant"}
    for result in written[-2:]:
        block = result["message"]["content"][0]
        call = calls[result["sourceToolAssistantUUID"]]
        assert result["parentUuid"] == call["uuid"]
        assert block["tool_use_id"] == call["message"]["content"][0]["id"]


@pytest.mark.parametrize(
    ("how", "kind", "text", "denial", "decision"),
    [
        ("fail", FailureKind.ERROR, "Exit code 1", None, "accept"),
        ("refuse", FailureKind.ERROR, "<tool_use_error>Exit code 1</tool_use_error>", None, None),
        (
            "block",
            FailureKind.HOOK_BLOCKED,
            "PreToolUse:Bash hook error: Exit code 1",
            "p",
            "reject",
        ),
        ("forbid", FailureKind.DENIED, "Permission to use Bash has been denied.", "p", "reject"),
        ("reject", FailureKind.DENIED, "", "u", None),
        ("interrupt", FailureKind.INTERRUPTED, "", "u", None),
    ],
)
def test_failures_say_of_what_kind_they_are(
    world: World, session: Session, how: str, kind: str, text: str, denial: str, decision: str
) -> None:
    call = session.reply(SOME).call("Bash", command="make", description="Build")
    match how:
        case "fail":
            session.fail(call, "Exit code 1")
        case "refuse":
            session.fail(call, "Exit code 1", before_run=True)
        case "block":
            session.block(call, "Exit code 1")
        case _:
            getattr(session, how)(call)
    result = next(line for line in lines(world, session) if "toolUseResult" in line)
    block = result["message"]["content"][0]
    assert block["is_error"] is True
    assert isinstance(result["toolUseResult"], str)
    assert not text or block["content"] == text
    assert (result.get("toolDenialKind") or "-")[0] == (denial or "-")
    assert result.get("permissionDecision", {}).get("decision") == decision
    assert bool(result.get("toolDenialBeforeRun")) == (how == "reject")
    assert world.truth()[session.id].failures == {kind: 1}


@pytest.mark.parametrize("how", ["reject", "interrupt"])
def test_a_no_and_an_esc_leave_a_note(world: World, session: Session, how: str) -> None:
    call = session.reply(SOME).call("Bash", command="make", description="Build")
    getattr(session, how)(call)
    note = lines(world, session)[-1]
    assert note["message"]["content"][0]["text"] == "[Request interrupted by user for tool use]"
    assert note.get("interruptedMessageId") == (call.message_id if how == "interrupt" else None)


def test_a_compaction_is_counted_and_its_call_is_unlogged(world: World, session: Session) -> None:
    session.reply(SOME, "end_turn").say("Done.")
    call = Usage(input=9, cache_read=167_000, output=3_000)
    for before, after in ((167_000, 12_000), (168_000, 11_000)):
        session.compact(
            Compacted(
                trigger="auto",
                before=before,
                after=after,
                duration_ms=31_000,
                summary="All of it, in short.",
                call=call,
            )
        )
    written = lines(world, session)
    boundary, summary = written[-2:]
    truth = world.truth()[session.id]
    assert boundary["parentUuid"] is None
    assert boundary["logicalParentUuid"] == written[-3]["uuid"]
    assert boundary["compactMetadata"]["cumulativeDroppedTokens"] == 155_000 + 157_000
    assert summary["isCompactSummary"]
    assert summary["parentUuid"] == boundary["uuid"]
    assert "slug" in summary
    assert truth.compactions == 2
    assert truth.usage == SOME
    assert truth.unlogged["claude-opus-5-5"].usage.output == 6_000


def test_agents_have_files_of_their_own_and_count_for_the_session(
    world: World, session: Session
) -> None:
    call = session.reply(SOME).call("Agent", description="Look", prompt="Look", subagent_type="E")
    agent = Agent(
        session, call, kind="E", description="Look", prompt="Look", model="claude-haiku-5-5"
    )
    inner = agent.reply(SOME).call("Agent", description="In", prompt="In", subagent_type="E")
    nested = Agent(agent, inner, kind="E", description="In", prompt="In", model="claude-haiku-5-5")
    nested.reply(SOME, "end_turn").say("Deep.")
    nested.finish()
    agent.ok(inner, "Deep.", nested.handed_back("Deep."))
    world.flush()
    folder = world.files.root / f"projects/-home-sam-code-my-app/{session.id}/subagents"
    metas = {path.name: json.loads(path.read_bytes()) for path in folder.glob("*.meta.json")}
    meta, deep = metas[f"agent-{agent.id}.meta.json"], metas[f"agent-{nested.id}.meta.json"]
    assert (meta["spawnDepth"], meta.get("finished"), meta["toolUseId"]) == (1, None, call.id)
    assert (deep["spawnDepth"], deep["finished"], deep["parentAgentId"]) == (2, True, agent.id)
    for line in lines(world, nested):
        assert line["isSidechain"]
        assert line["agentId"] == nested.id
        assert line["sessionId"] == session.id
        assert "toolUseResult" not in line
    truth = world.truth()[session.id]
    assert truth.api_calls == 3
    assert {key: account.api_calls for key, account in truth.agents.items()} == {
        agent.id: 1,
        nested.id: 1,
    }


def test_a_background_agent_ends_with_a_prompt_of_its_own(world: World, session: Session) -> None:
    call = session.reply(SOME).call("Agent", description="Look", prompt="Look", subagent_type="E")
    agent = Agent(
        session,
        call,
        kind="E",
        description="Look",
        prompt="Look",
        model="claude-haiku-5-5",
        background=True,
    )
    session.ok(call, [{"type": "text", "text": "Launched."}], agent.launched())
    session.end_turn(agents_left=1)
    agent.finish()
    session.notify(agent)
    *_, launched, turn = (
        line for line in lines(world, session) if line["type"] in {"user", "system"}
    )
    assert turn["origin"]["kind"] == "task-notification"
    assert f"<task-id>{agent.id}</task-id>" in turn["message"]["content"]
    assert launched["pendingBackgroundAgentCount"] == 1
    assert world.truth()[session.id].turns == 2


def test_a_fork_copies_the_main_thread_and_pays_for_none_of_it(
    world: World, session: Session
) -> None:
    session.reply(SOME, "end_turn").say("Done.")
    session.title("Faster")
    session.close()
    fork = session.fork()
    fork.prompt("Otherwise")
    fork.reply(SOME, "end_turn").say("Also done.")
    fork.close()
    second = fork.fork()
    world.flush()
    copied, own = (line for line in lines(world, fork) if line["type"] == "assistant")
    parent = next(line for line in lines(world, session) if line["type"] == "assistant")
    assert copied["requestSessionId"] == session.id
    assert "requestSessionId" not in own
    assert copied["sessionId"] == fork.id
    assert copied["uuid"] == parent["uuid"]
    assert copied["message"] == parent["message"]
    again = [line for line in lines(world, second) if line["type"] == "assistant"]
    assert [line["requestSessionId"] for line in again] == [session.id, fork.id]
    truth = world.truth()
    assert truth[fork.id].usage == SOME
    assert truth[fork.id].inherited["claude-opus-5-5"].usage == SOME
    assert truth[second.id].inherited["claude-opus-5-5"].cost == 2 * truth[session.id].cost
    official = [line for line in lines(world, fork) if line["type"] == "cost-state"]
    before = [line for line in lines(world, session) if line["type"] == "cost-state"]
    grown = official[-1]["totalCostUSD"] - before[-1]["totalCostUSD"]
    assert grown == pytest.approx(truth[fork.id].cost / 1e12)
    assert official[-1]["startTime"] == before[-1]["startTime"] == NOON


def test_after_a_compaction_only_what_was_kept_is_copied(world: World, session: Session) -> None:
    session.reply(SOME, "end_turn").say("One.")
    session.reply(SOME, "end_turn").say("Two.")
    what = Compacted(
        trigger="manual", before=9, after=1, duration_ms=1, summary="Short.", call=SOME
    )
    session.compact(what)
    fork = session.fork()
    answers = [line for line in lines(world, fork) if line["type"] == "assistant"]
    assert [line["message"]["content"][0]["text"] for line in answers] == ["Two."]
    assert world.truth()[fork.id].inherited["claude-opus-5-5"].usage == SOME


def test_errors_of_the_api_cost_nothing(world: World, session: Session) -> None:
    session.retry(529, "overloaded_error", "Overloaded", 1, 500)
    session.give_up(529, "overloaded_error")
    retry, final = lines(world, session)[-2:]
    truth = world.truth()[session.id]
    assert (retry["subtype"], retry["retryAttempt"]) == ("api_error", 1)
    assert retry["error"]["status"] == final["apiErrorStatus"] == 529
    assert final["message"]["model"] == "<synthetic>"
    assert (truth.api_calls, truth.cost, truth.api_retries, truth.api_failures) == (0, 0, 1, 1)


def test_a_headless_session_says_so_and_ends_no_turn(world: World) -> None:
    session = world.session("/x", "claude-haiku-5-5", entrypoint="sdk-cli", mode="plan")
    session.prompt("Go")
    session.reply(SOME, "end_turn").say("Done.")
    session.end_turn()
    written = lines(world, session)
    kinds = [line["type"] for line in written]
    prompt = next(line for line in written if line["type"] == "user")
    assert kinds[:2] == ["queue-operation"] * 2
    assert "system" not in kinds
    assert "permission-mode" not in kinds
    assert (prompt["promptSource"], prompt["permissionMode"]) == ("sdk", "plan")
    assert all("session_id" not in line for line in written)


def test_modes_and_edited_lines_are_told(world: World, session: Session) -> None:
    session.switch_mode("plan")
    call = session.reply(SOME).call("Edit", file_path="/a")
    hunk = {"lines": [" same", "-old", "+new", "+newer"]}
    session.ok(call, "Updated.", {"structuredPatch": [hunk]})
    session.close()
    written = lines(world, session)
    modes = [line["permissionMode"] for line in written if line["type"] == "permission-mode"]
    assert modes == ["acceptEdits", "plan"]
    assert (written[-1]["totalLinesAdded"], written[-1]["totalLinesRemoved"]) == (2, 1)


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    def written(folder: Path, seed: int) -> list[bytes]:
        world = World(folder, seed=seed, now=NOON)
        session = world.session("/x", "claude-opus-5-5")
        session.prompt("Go")
        session.reply(SOME).call("Bash", command="ls", description="")
        world.flush()
        return [path.read_bytes() for path in transcripts(folder)]

    assert written(tmp_path / "1", 1) == written(tmp_path / "2", 1) != written(tmp_path / "3", 2)


def test_what_could_not_be_written_is_kept(tmp_path: Path, world: World, session: Session) -> None:
    (tmp_path / "projects").write_text("in the way")
    with pytest.raises(OSError):
        world.flush()
    (tmp_path / "projects").unlink()
    assert lines(world, session)[-1]["type"] == "attachment"


def test_the_registry_names_a_process_that_lives(world: World) -> None:
    one, two = world.session("/x", "m"), world.session("/y", "m")
    presence = Presence(world.files, Process(42, "77", "linux::pid:[1]"))
    presence.enter(one)
    presence.enter(two)
    world.now += 5
    presence.set(one, "waiting", "permission prompt")
    world.flush()
    folder = world.files.root / "sessions"
    entry = json.loads((folder / "42.json").read_bytes())
    assert {path.name for path in folder.iterdir()} == {"42.json", "42-2.json"}
    assert (entry["pid"], entry["procStart"], entry["status"]) == (42, "77", "waiting")
    assert (entry["waitingFor"], entry["statusUpdatedAt"]) == ("permission prompt", NOON + 5)
    presence.set(one, "busy")
    presence.leave(two)
    world.flush()
    assert "waitingFor" not in json.loads((folder / "42.json").read_bytes())
    assert [path.name for path in folder.iterdir()] == ["42.json"]


def test_this_process_lives() -> None:
    process = this_process()
    stat_file = Path(f"/proc/{process.pid}/stat")
    if not stat_file.exists():
        pytest.skip("no /proc here")
    assert process.started == stat_file.read_text().rpartition(")")[2].split()[19]
    assert process.domain == f"linux::{Path('/proc/self/ns/pid').readlink()}"
