"""Several cctops on one store, killed at any moment: the store never lies."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from keeping import NOW, Stage, shown
from scribe import HOUR, START, answer, calls, prompt, session_id

from cctop.engine.opening import open_book
from cctop.engine.reading import Reading
from cctop.store.look import look

PLACES = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "book")]
# Reads as the screen does, as fast as it can, until it is killed, or the tests are.
FOLLOWER = """
import os, sys
parent = os.getppid()
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from keeping import NOW, Stage
from cctop.engine.opening import open_book
stage = Stage(Path(sys.argv[1]))
reader, painter = open_book(stage.settings)
print("ready", flush=True)
while os.getppid() == parent:
    reader.look()
    reader.read()
    reader.history.rest(NOW, lambda id: painter.describe(id, NOW))
    painter.paint(NOW)
"""
# One run after the other, as reports do.
REPORTER = """
import os, sys
parent = os.getppid()
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from keeping import Stage
stage = Stage(Path(sys.argv[1]))
print("ready", flush=True)
while os.getppid() == parent:
    stage.tell()
"""


def begin(stage: Stage, program: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, str(stage.path), *PLACES]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()
    return process


def kill(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, process.communicate()[1]  # it never ends by itself
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_two_that_keep_the_same_growing_files_and_are_killed(stage: Stage) -> None:
    """Files grow in pieces of any size; sessions fall silent, rest, and are taken up again."""
    chance = random.Random(4)
    pieces = {number: (stage.work(number, START + number), 0) for number in range(3, 9)}
    wholes = {}
    for number, (path, _) in pieces.items():
        for turn in range(30):
            stage.work(number, START + turn * 60_000)
        wholes[path] = path.read_bytes()
        os.truncate(path, 0)
    for round_ in range(20):
        processes = [begin(stage, FOLLOWER), begin(stage, chance.choice([FOLLOWER, REPORTER]))]
        ends = time.monotonic() + chance.uniform(0.05, 0.4)
        while time.monotonic() < ends:
            path = chance.choice(list(wholes))
            count = chance.choice((1, 40, 400, 4_000))
            with path.open("ab") as file:
                file.write(wholes[path][:count])
            wholes[path] = wholes[path][count:]
        for process in chance.sample(processes, 2):
            kill(process)
        if round_ % 5 == 4:
            seen, notices = stage.tell()
            assert notices == ()
            assert seen == stage.bare()
    for path, left in wholes.items():
        with path.open("ab") as file:
            file.write(left)
    bare = stage.bare()
    assert len(bare) == 8
    assert stage.run() == bare
    assert stage.run() == bare
    assert stage.aside() == []


def test_many_that_make_the_store_at_once(stage: Stage) -> None:
    """None takes the half-made store of another for a stranger's."""
    for _ in range(3):
        processes = [begin(stage, REPORTER) for _ in range(4)]
        time.sleep(0.2)
        for process in processes:
            kill(process)
        assert stage.aside() == []
        assert stage.run() == stage.bare()
        for path in stage.store.parent.glob("history.*"):
            path.unlink()


def test_what_two_have_read_is_kept_once(stage: Stage) -> None:
    first, second = stage.reading(), stage.reading()
    for reading in (first, second):
        assert reading.keep() == ""
    files = stage.ask("SELECT count(*) FROM file")
    assert stage.ask("SELECT count(*) FROM chunk") == files == [(3,)]
    stage.work(1, START + HOUR)
    first, second = stage.reading(), stage.reading()
    stage.work(1, START + 2 * HOUR)
    third = stage.reading()
    for reading in (third, first, second):
        assert reading.keep() == ""
    assert stage.ask("SELECT count(*) FROM chunk") == [(4,)]
    assert stage.run() == stage.bare()


def test_one_that_puts_to_rest_what_another_has_read_on(stage: Stage) -> None:
    """What it knows is old: as a picture it would be shown by every later start."""
    now = START + HOUR + 4_000
    reader, painter = open_book(stage.settings)
    assert reader.history is not None
    reader.look()
    reader.read()
    reader.history.keep()
    stage.work(1, START + HOUR)
    stage.run(now)
    assert reader.history.rest(now, lambda id: painter.describe(id, now)) == 1  # the other session
    for _ in range(2):
        assert stage.run(now) == stage.bare(now)
        reader.look()
        reader.read()
        reader.history.rest(now, lambda id: painter.describe(id, now))
    reader.history.close()


def test_a_family_of_which_another_was_first_to_bring_one_back(stage: Stage) -> None:
    """Who made what two forks have in common is judged anew when one of them goes on."""
    said = [prompt(START), *calls(START, "Bash"), *answer(START)]
    for number in (3, 4):  # a copy without a trace
        stage.write(number, said, answer(START + number))
    stage.run()
    reader, painter = open_book(stage.settings)
    assert reader.history is not None
    reader.look()
    reader.read()
    assert len(reader.history.gallery.frozen) == 4
    now = NOW + 4_000
    stage.write(3, answer(NOW))
    stage.run(now)
    reader.look()
    reader.read()
    assert shown(Reading(stage.settings, reader, painter, now)) == stage.bare(now)
    reader.history.close()


def test_one_that_finds_damage_while_another_looks_on(stage: Stage) -> None:
    """Both go on without the store; when they are gone, it is made anew."""
    stage.run()
    first, second = stage.reading(), stage.reading()
    stage.ask("UPDATE session SET detail = x'00', course = x'00'")
    for reading in (first, second):
        assert reading.detail(session_id(1)).turns
        assert "damaged" in reading.keep() or "made anew" in reading.keep()
    later = START + 31 * HOUR
    assert stage.tell(later)[0] == stage.bare(later)
    assert stage.run() == stage.bare()
    assert look(stage.store).trouble == ""
