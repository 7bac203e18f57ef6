"""The demo's folder: it plays while it is watched, and goes."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playback import NOON, PROCESS, transcripts

from cctop.demo.play import Demo


@pytest.fixture(autouse=True)
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.glob("projects/**/*.jsonl"))


def test_the_folder_is_private_and_goes_with_the_block(own_temp: Path) -> None:
    demo = Demo(freeze_at=NOON)
    with demo:
        assert demo.root.parent == own_temp
        assert stat.S_IMODE(demo.root.stat().st_mode) == 0o700
        assert len(demo.truth()) == 14
    assert list(own_temp.iterdir()) == []
    with pytest.raises(RuntimeError, match="only inside"):
        _ = demo.root


def test_frozen_it_is_the_same_bytes_and_nothing_moves() -> None:
    def written() -> list[bytes]:
        with Demo(freeze_at=NOON, process=PROCESS) as demo:
            before = size(demo.root)
            time.sleep(0.05)
            assert size(demo.root) == before
            files = sorted(path for path in demo.root.rglob("*") if path.is_file())
            return [path.read_bytes() for path in files]

    assert written() == written()


def test_it_plays_on_faster_when_told_to() -> None:
    with Demo(speed=200) as demo:
        before = size(demo.root)
        deadline = time.monotonic() + 60
        while size(demo.root) < before + 20_000:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_real_time_is_the_default(own_temp: Path) -> None:
    with Demo() as demo:
        newest = max(path.stat().st_mtime for path in transcripts(demo.root))
        assert time.time() - 60 < newest <= time.time()
        entry = (demo.root / f"sessions/{os.getpid()}.json").read_text()
        assert f'"pid":{os.getpid()}' in entry


def test_it_goes_on_an_exception_too(own_temp: Path) -> None:
    with pytest.raises(ValueError, match="boom"), Demo(speed=50):
        raise ValueError("boom")
    assert list(own_temp.iterdir()) == []


def test_a_history_that_cannot_be_written_leaves_nothing(
    own_temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cctop.demo.day.Day.history", full)
    with pytest.raises(OSError, match="No space"), Demo():
        pass
    assert list(own_temp.iterdir()) == []


def test_what_stopped_the_play_is_told_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cctop.demo.day.Day.live", full)
    with pytest.raises(OSError, match="No space"), Demo():
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_takes_it_along(own_temp: Path, number: int) -> None:
    script = (
        "import time\nfrom cctop.demo.play import Demo\n"
        "with Demo() as demo:\n    print(demo.root, flush=True)\n    time.sleep(30)"
    )
    env = os.environ | {"TMPDIR": str(own_temp), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        root = Path(process.stdout.readline().strip())
        assert root.is_dir()
        process.send_signal(number)
        process.wait(60)
    assert process.returncode != 0
    assert list(own_temp.iterdir()) == []


def test_handlers_of_others_stay(own_temp: Path) -> None:
    mine = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Demo(freeze_at=NOON):
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, mine)
