import json
import os
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from cctop.events import Live, Liveness
from cctop.sources import registry
from cctop.sources.registry import FRESH, RunningSessions
from cctop.text import Clean

SESSION = "0d209047-6f8c-4d8b-a062-135baa81eb7d"
NOW = 1_795_346_200.0
# What 2.1.330 wrote, shortened.
ENTRY: dict[str, Any] = {
    "pid": 5751,
    "sessionId": SESSION,
    "cwd": "/home/ada/web",
    "startedAt": 1795346117024,
    "procStart": "97705",
    "version": "2.1.330",
    "kind": "interactive",
    "entrypoint": "cli",
    "name": "web-b1",
    "nameSource": "derived",
    "status": "busy",
    "updatedAt": 1795346122990,
    "statusUpdatedAt": 1795346122989,
}


class Machine:
    """A config dir and a `/proc`, both made up."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "claude"
        self.proc = folder / "proc"
        self.sessions = self.root / "sessions"
        self.sessions.mkdir(parents=True)
        (self.proc / "self" / "ns").mkdir(parents=True)
        (self.proc / "self" / "stat").write_text("1 (cctop) R")
        (self.proc / "self" / "ns" / "pid").symlink_to("pid:[4026531836]")

    def enter(self, file: str = "5751.json", /, **changes: Any) -> Path:
        entry = {key: value for key, value in (ENTRY | changes).items() if value is not None}
        return self.write(file, json.dumps(entry).encode())

    def write(self, file: str, data: bytes) -> Path:
        path = self.sessions / file
        path.write_bytes(data)
        return path

    def start(
        self, pid: int = 5751, start: int = 97705, name: str = "claude", state: str = "S"
    ) -> None:
        folder = self.proc / str(pid)
        folder.mkdir(exist_ok=True)
        fields = [state, *["0"] * 18, str(start), *["0"] * 30]
        (folder / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")

    def running(self) -> RunningSessions:
        return RunningSessions([str(self.root)], str(self.proc), lambda: NOW)

    def read(self) -> tuple[Live, ...]:
        return self.running().read()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setattr(registry, "_own_domain", lambda _: "linux:abc:pid:[4026531836]")
    return made


def test_a_running_session(machine: Machine) -> None:
    machine.start()
    machine.enter(status="waiting", waitingFor="permission: Bash")
    assert machine.read() == (
        Live(
            session=SESSION,
            root=str(machine.root),
            pid=5751,
            cwd=Clean("/home/ada/web"),
            name=Clean("web-b1"),
            status=Liveness.WAITING,
            since=1795346122989,
            waiting_for=Clean("permission: Bash"),
            began=1795346117024,
        ),
    )


@pytest.mark.parametrize("status", list(Liveness))
def test_every_status(machine: Machine, status: Liveness) -> None:
    machine.start()
    machine.enter(status=status.value)
    assert machine.read()[0].status is status


@pytest.mark.parametrize("status", [None, "compacting", 7, ["busy"]])
def test_a_status_that_is_not_said_or_not_known_is_idle_since_ever(
    machine: Machine, status: Any
) -> None:
    machine.start()
    machine.enter(status=status)
    (live,) = machine.read()
    assert (live.status, live.since) == (Liveness.IDLE, 0)


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ({"statusUpdatedAt": None}, 1795346122990),
        ({"statusUpdatedAt": None, "updatedAt": "soon"}, 1795346117024),
        ({"statusUpdatedAt": 1e300, "updatedAt": -1, "startedAt": True}, 0),
        ({"statusUpdatedAt": "1795346122000"}, 1795346122000),
    ],
)
def test_since_when(machine: Machine, changes: dict[str, Any], since: int) -> None:
    machine.start()
    machine.enter(**changes)
    assert machine.read()[0].since == since


def test_a_process_that_ended_leaves_an_entry_that_does_not_count(machine: Machine) -> None:
    machine.enter()
    assert machine.read() == ()


def test_another_process_with_the_same_pid_does_not_count(machine: Machine) -> None:
    machine.start(start=97706)
    machine.enter()
    assert machine.read() == ()


@pytest.mark.parametrize("name", ["a b", "evil) S 1 2 (", ") ", "(("])
def test_a_command_may_have_any_name(machine: Machine, name: str) -> None:
    machine.start(name=name)
    machine.enter()
    assert len(machine.read()) == 1


@pytest.mark.parametrize("state", ["Z", "X"])
def test_a_zombie_does_not_run(machine: Machine, state: str) -> None:
    machine.start(state=state)
    machine.enter()
    assert machine.read() == ()


def test_the_start_may_be_a_number_or_not_said(machine: Machine) -> None:
    machine.start()
    machine.enter(procStart=97705)
    assert len(machine.read()) == 1
    machine.enter(procStart=97706)
    assert machine.read() == ()
    machine.enter(procStart=None)
    assert len(machine.read()) == 1


def test_a_broken_stat_is_no_running_process(machine: Machine) -> None:
    machine.start()
    (machine.proc / "5751" / "stat").write_text("5751 (claude) S 1")
    machine.enter()
    assert machine.read() == ()


def test_keys_are_never_opened(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.start()
    entry = machine.enter()
    for name in ("5751.9a25.key", "5751.9a25.key.tmp.ec34", "5751.json.tmp", "README"):
        machine.write(name, b"secret")
    opened: list[str] = []

    def spy(path: str, *args: Any, **kwargs: Any) -> Any:
        opened.append(path)
        return open(path, *args, **kwargs)

    monkeypatch.setattr(registry, "open", spy, raising=False)
    assert len(machine.read()) == 1
    assert [path for path in opened if "sessions" in path] == [str(entry)]


def test_an_entry_is_read_again_only_when_it_changed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.start()
    path = machine.enter()
    running = machine.running()
    assert running.read()[0].status is Liveness.BUSY
    with monkeypatch.context() as patch:
        patch.setattr(registry, "_parse", lambda *_: pytest.fail("read again"))
        assert running.read()[0].status is Liveness.BUSY
    machine.enter(status="idle")
    os.utime(path, ns=(1, 1))
    assert running.read()[0].status is Liveness.IDLE
    path.unlink()
    assert running.read() == ()


@pytest.mark.parametrize("torn", [b"", b'{"pid":5751,"sess', b'{"pid":5751,"sessionId":"\xff"'])
def test_while_an_entry_is_rewritten_its_last_word_holds(machine: Machine, torn: bytes) -> None:
    machine.start()
    path = machine.enter()
    running = machine.running()
    before = running.read()
    machine.write("5751.json", torn)
    os.utime(path, ns=(1, 1))
    assert running.read() == before
    machine.enter(status="idle")
    os.utime(path, ns=(1, 1))  # even if the clock did not move
    assert running.read()[0].status is Liveness.IDLE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'{"pid":5751}',
        b'{"pid":5751,"sessionId":7}',
        b'{"pid":5751,"sessionId":""}',
        b'{"pid":5751,"sessionId":"\\u001b[2J"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_entry_is_passed_over(machine: Machine, data: bytes) -> None:
    machine.start()
    machine.write("5751.json", data)
    assert machine.read() == ()


@pytest.mark.parametrize("pid", [0, -1, -5751, "x", 1 << 40, 1e400, None, True, []])
def test_no_pid_and_no_name_is_no_process(machine: Machine, pid: Any) -> None:
    machine.start()
    machine.enter("latest.json", pid=pid)
    assert machine.read() == ()


@pytest.mark.parametrize("name", ["5751.json", "pid-5751.json"])
def test_a_pid_may_stand_in_the_name_alone(machine: Machine, name: str) -> None:
    machine.start()
    machine.enter(name, pid=None)
    assert machine.read()[0].pid == 5751


def test_wrong_types_cost_only_their_field(machine: Machine) -> None:
    machine.start()
    machine.enter(cwd=["x"], name=7, waitingFor={"a": 1}, pidDomain=3, procStart=[1])
    (live,) = machine.read()
    assert (live.cwd, live.name, live.waiting_for) == ("", "", "")


def test_texts_cannot_drive_the_terminal(machine: Machine) -> None:
    machine.start()
    evil = "\x1b]52;c;ZXZpbA==\x07x\u202e\n"
    machine.enter(sessionId=evil, cwd=evil, name=evil, waitingFor=evil)
    (live,) = machine.read()
    assert (live.session, live.cwd, live.name, live.waiting_for) == ("x", "x", "x", "x")


@pytest.mark.parametrize(
    "domain",
    [
        "linux:abc:pid:[4026531836]",
        "linux::pid:[4026531836]",
        "linux:abc:",
        "darwin",
        "",
    ],
)
def test_here_a_process_is_checked(machine: Machine, domain: str) -> None:
    machine.enter(pidDomain=domain)
    assert machine.read() == ()
    machine.start()
    assert len(machine.read()) == 1


@pytest.mark.parametrize("domain", ["linux:abc:pid:[1]", "linux:other:pid:[4026531836]"])
def test_elsewhere_an_entry_counts_while_it_is_fresh(machine: Machine, domain: str) -> None:
    machine.start(start=1)  # the same pid means another process here
    path = machine.enter(pidDomain=domain, updatedAt=None)
    edge = int(NOW * 1000) - FRESH
    os.utime(path, ns=(0, (edge + 1) * 1_000_000))
    assert len(machine.read()) == 1
    os.utime(path, ns=(0, edge * 1_000_000))
    assert machine.read() == ()
    path = machine.enter(pidDomain=domain, updatedAt=edge + 1)
    os.utime(path, ns=(0, 0))
    assert len(machine.read()) == 1


def test_sorted_and_each_once_over_all_roots(machine: Machine, tmp_path: Path) -> None:
    for pid, session in ((12, "b"), (11, "b"), (13, "a")):
        machine.start(pid)
        machine.enter(f"{pid}.json", pid=pid, sessionId=session)
    link = tmp_path / "link"
    link.symlink_to(machine.root)
    absent = str(tmp_path / "absent")
    running = RunningSessions([str(machine.root), str(link), absent], str(machine.proc))
    assert [(live.session, live.pid) for live in running.read()] == [
        ("a", 13),
        ("b", 11),
        ("b", 12),
    ]
    assert {live.root for live in running.read()} == {str(machine.root)}


def test_the_registry_appears_after_start(machine: Machine) -> None:
    machine.sessions.rmdir()
    running = machine.running()
    assert running.read() == ()
    machine.sessions.mkdir()
    machine.start()
    machine.enter()
    assert len(running.read()) == 1


def test_dead_entries_are_told_with_when_they_were_first_seen(machine: Machine) -> None:
    machine.enter("1.json", pid=1, sessionId="killed")
    machine.enter("2.json", pid=2, sessionId="resumed")
    machine.enter("3.json", pid=3, sessionId="resumed")
    machine.start(3)
    times = iter((NOW, NOW + 5))
    running = RunningSessions([str(machine.root)], str(machine.proc), lambda: next(times))
    for _ in range(2):
        assert [live.session for live in running.read()] == ["resumed"]
        assert running.dead == (("killed", round(NOW * 1000)),)


def started(pid: int) -> str:
    """When a process did, as `LC_ALL=C TZ=UTC ps -o lstart=` says it."""
    begun = time.gmtime(psutil.Process(pid).create_time())
    return f"{time.strftime('%a %b', begun)} {begun.tm_mday:2} {time.strftime('%X %Y', begun)}"


def without_proc(machine: Machine, tmp_path: Path) -> list[int]:
    running = RunningSessions([str(machine.root)], str(tmp_path / "no-proc"))
    return [live.pid for live in running.read()]


def test_without_proc_the_start_is_asked_for(machine: Machine, tmp_path: Path) -> None:
    own = os.getpid()
    machine.enter("a.json", pid=own, procStart=started(own))
    machine.enter("b.json", pid=(1 << 31) - 1)
    assert without_proc(machine, tmp_path) == [own]
    # The pid is another process's now.
    machine.enter("a.json", pid=own, procStart="Wed Nov  5 21:38:04 2025")
    assert without_proc(machine, tmp_path) == []


@pytest.mark.parametrize("start", ["1", "", None, "yesterday"])
def test_without_proc_a_living_process_is_enough_where_its_start_is_not_told(
    machine: Machine, tmp_path: Path, start: str | None
) -> None:
    machine.enter(pid=os.getpid(), procStart=start)
    assert without_proc(machine, tmp_path) == [os.getpid()]


def test_without_proc_a_zombie_runs_nothing(machine: Machine, tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
        machine.enter(pid=child, procStart=started(child))
        assert without_proc(machine, tmp_path) == []
    finally:
        os.waitpid(child, 0)


def test_without_proc_a_process_of_someone_else_lives(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pid: int) -> psutil.Process:
        raise psutil.AccessDenied(pid)

    monkeypatch.setattr(psutil, "Process", refuse)
    machine.enter()
    assert without_proc(machine, tmp_path) == [5751]


@pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="needs Linux")
def test_this_very_process(tmp_path: Path) -> None:
    """The real /proc and the real domain: field 22 is where we look for it."""
    (tmp_path / "sessions").mkdir()
    stat = Path("/proc/self/stat").read_text()
    start = stat[stat.rindex(")") + 2 :].split()[22 - 3]
    entry = ENTRY | {
        "pid": os.getpid(),
        "procStart": start,
        "pidDomain": registry._own_domain("/proc"),
    }
    (tmp_path / "sessions" / "1.json").write_text(json.dumps(entry))
    assert len(RunningSessions([str(tmp_path)]).read()) == 1
    (tmp_path / "sessions" / "1.json").write_text(json.dumps(entry | {"procStart": "1"}))
    assert RunningSessions([str(tmp_path)]).read() == ()


def test_a_part_of_the_domain_that_cannot_be_told_is_left_open(tmp_path: Path) -> None:
    assert registry._own_domain(str(tmp_path)).endswith(":")


def test_a_pipe_among_the_entries_is_not_waited_for(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    os.mkfifo(machine.sessions / "1.json")
    assert RunningSessions([str(machine.root)], proc=str(machine.proc)).read() == ()
