"""Clock, prices, terminal, versions, watches."""

import os
from typing import Any

import pytest
from clinic import MACHINE, NOW, Clinic
from scribe import HOUR, MINUTE, answer, usage

from cctop.doctor.check import State
from cctop.doctor.machine import gather


class TestClock:
    def test_well(self, clinic: Clinic) -> None:
        clinic.work()
        clinic.hear("Stop", NOW + MINUTE)
        found = clinic.check("clock")
        assert (found.state, found.finding) == (
            State.OK,
            "CET (UTC+01:00), and nothing lies in the future",
        )

    def test_events_of_the_future(self, clinic: Clinic) -> None:
        clinic.hear("Stop", NOW + HOUR)
        found = clinic.check("clock")
        assert (found.state, found.details["ahead"]) == (State.ATTENTION, {"events of hooks": 1})
        assert found.details["most_ms"] == HOUR

    def test_files_of_the_future(self, clinic: Clinic) -> None:
        path = clinic.write(answer(NOW + 10 * MINUTE))
        os.utime(path, ((NOW + HOUR) / 1000, (NOW + HOUR) / 1000))
        found = clinic.check("clock")
        assert found.details["ahead"] == {"transcripts": 1, "files": 1}

    def test_west_of_greenwich(self, clinic: Clinic) -> None:
        clinic.move(zone="NST", offset=-12_600)
        assert clinic.check("clock").finding.startswith("NST (UTC-03:30)")


class TestPrices:
    def test_well(self, clinic: Clinic) -> None:
        clinic.work()
        found = clinic.check("prices")
        assert (found.state, found.details["unpriced"]) == (State.OK, {})
        assert "installed 3 d ago" in found.finding

    def test_a_model_without_a_price(self, clinic: Clinic) -> None:
        clinic.write(answer(NOW - MINUTE, usage(1_000, 500), model="glm-9"))
        found = clinic.check("prices")
        assert (found.state, found.details["unpriced"]) == (State.ATTENTION, {"glm-9": 1_500})
        assert found.finding.startswith("no price for glm-9 (1,500 tokens); genai-prices ")
        assert '[prices."glm-9"]' in found.remedy

    def test_an_old_list(self, clinic: Clinic) -> None:
        clinic.move(prices_at=NOW - 200 * 24 * HOUR)
        assert clinic.check("prices").state is State.ATTENTION


class TestTerminal:
    def test_well(self, clinic: Clinic) -> None:
        found = clinic.check("terminal")
        assert (found.state, found.finding) == (
            State.OK,
            "TERM=xterm-256color, truecolor, 120 by 40, utf-8",
        )

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"encoding": "ascii"}, "not UTF-8"),
            ({"env": {"TERM": "dumb"}}, "no screen"),
            ({"env": {}}, "no screen"),
            ({"size": (40, 24)}, "narrow"),
        ],
    )
    def test_not_well(self, clinic: Clinic, changes: dict[str, Any], words: str) -> None:
        clinic.move(**changes)
        found = clinic.check("terminal")
        assert (found.state, found.finding.startswith(words)) == (State.ATTENTION, True)
        clinic.move(tty=False)
        assert clinic.check("terminal").state is State.INFO

    def test_no_colours(self, clinic: Clinic) -> None:
        clinic.move(env=dict(MACHINE.env) | {"NO_COLOR": "1"})
        assert "no colours (NO_COLOR)" in clinic.check("terminal").finding

    def test_tmux_passes_notifications_on_only_where_it_may(self, clinic: Clinic) -> None:
        clinic.move(env=dict(MACHINE.env) | {"TMUX": "/tmp/t"})
        assert clinic.check("terminal").state is State.OK
        clinic.change(desktop="auto")
        found = clinic.check("terminal")
        assert (found.state, "allow-passthrough on" in found.remedy) == (State.INFO, True)


def test_versions(clinic: Clinic) -> None:
    clinic.work()
    assert clinic.check("versions").finding == (
        "cctop 1.2.3, Python 3.13.1, Textual 8.2.8, Claude Code 2.1.330; Linux 6.1 x86_64"
    )


class TestWatchers:
    def test_well(self, clinic: Clinic) -> None:
        clinic.work()
        found = clinic.check("watchers")
        assert (found.state, found.details["folders"]) == (State.OK, 2)

    def test_too_few(self, clinic: Clinic) -> None:
        clinic.work()
        clinic.move(inotify={"max_user_watches": 2})
        found = clinic.check("watchers")
        assert (found.state, found.remedy) == (
            State.ATTENTION,
            "sysctl fs.inotify.max_user_watches=524288, or cctop --poll",
        )

    def test_another_system(self, clinic: Clinic) -> None:
        clinic.move(inotify={})
        assert clinic.check("watchers").state is State.INFO


def test_this_machine_can_be_told() -> None:
    machine = gather("genai-prices")
    assert machine.textual == "8.2.8"
    assert machine.prices_at > 0
    assert machine.python.startswith("3.")
    assert gather("no-such-library").prices_at == 0
