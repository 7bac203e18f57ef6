"""`cctop sessions` and `cctop show` from outside: what they say."""

import re
from pathlib import Path

import pytest
from scratch_home import ID, OTHER, Home

from cctop import __version__

HOSTILE = "[/] [bold]x[/bold] \x1b]52;c;AAAA\x07\x1b[2J\u202e [@click=app.quit]y[/]"


def test_version(home: Home) -> None:
    done = home.run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"cctop {__version__}\n", "")


def test_help_teaches(home: Home) -> None:
    done = home.run("--help")
    assert done.returncode == 0
    for word in ("examples:", "exit codes:", "environment variables:", "cctop show latest", "130"):
        assert word in done.stdout


def test_sessions_as_json(home: Home) -> None:
    home.write()
    found = home.said("sessions", "--all")
    (session,) = found["sessions"]
    assert (session["id"], session["project"], session["status"]) == (ID, "web", "ended")
    assert session["tokens"]["total"] == found["totals"]["tokens"]["total"] == 1_500
    assert session["cost_usd"] == found["totals"]["cost_usd"] == 0.014
    assert found["roots"] == [str(home.root)]


def test_json_is_indented_and_ends_in_a_line_break(home: Home) -> None:
    home.write()
    text = home.run("sessions", "--json").stdout
    assert text.startswith('{\n  "schema_version": 1,\n')
    assert text.endswith("\n}\n")


def test_sessions_as_table(home: Home) -> None:
    home.write()
    done = home.run("sessions", "--all")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"· ended +3f2a9c51 +web +Why is it red\? .* \$0\.01 ", done.stdout)
    assert done.stdout.count("an API equivalent, not a bill") == 1


def test_show_by_prefix_and_latest(home: Home) -> None:
    home.write()
    home.write(OTHER, age_s=60)
    assert f"id           {ID}\n" in home.run("show", "3f2a").stdout
    assert [s["id"] for s in home.said("show", "latest")["sessions"]] == [OTHER]
    assert home.said("show", ID)["sessions"][0]["turn_list"][0]["prompt"] == "Why is it red?"


def test_older_sessions_are_listed_when_asked_for(home: Home) -> None:
    home.write()
    home.write(OTHER, age_s=3 * 86_400)

    def ids(*words: str) -> set[str]:
        return {session["id"] for session in home.said("sessions", *words)["sessions"]}

    assert ids("--all") == ids("--since", "7d") == {ID, OTHER}
    assert OTHER not in ids() | ids("--today") | ids("--since", "2d") | ids("--active")
    assert ids("--since", "2h") == {ID}
    assert ids("--all", "--project", "WEB") == {ID, OTHER}
    assert ids("--all", "--project", "/home/dev/web") == {ID, OTHER}
    assert ids("--all", "--project", "other") == set()
    assert "session not listed; --all lists all" in home.run("sessions", "--today").stdout


def test_root_stands_before_and_after_the_command(home: Home, tmp_path: Path) -> None:
    home.write()
    away = Home(tmp_path / "away")
    away.write(OTHER)
    empty = tmp_path / "empty"
    empty.mkdir()
    roots = ("--root", str(home.root)), ("--root", str(away.root))
    before = home.said(*roots[0], *roots[1], "sessions", "--all")
    after = home.said("sessions", "--all", *roots[0], *roots[1], "--poll")
    both = home.said(*roots[0], "--poll", "sessions", "--all", *roots[1])
    assert before["roots"] == after["roots"] == both["roots"] == [str(home.root), str(away.root)]
    assert before["totals"] == after["totals"] == both["totals"]
    assert before["totals"]["sessions"] == 2
    assert home.said("sessions", "--root", str(empty))["sessions"] == []


def test_config_holds_for_reports(home: Home) -> None:
    home.write()
    prices = '[prices."claude-opus-5-5"]\ninput = 1000\noutput = 0\n'
    config = home.path / "config.toml"
    config.write_text(prices + "[context.windows]\nclaude-opus-5-5 = 2000\n", encoding="utf-8")
    home.env["CCTOP_CONFIG"] = str(config)
    (session,) = home.said("sessions", "--all")["sessions"]
    assert session["cost_usd"] == 1
    assert session["context"] == {"tokens": 1_000, "window": 2_000, "percent": 50}


def test_lines_that_cannot_be_read_cost_nothing_else(home: Home) -> None:
    path = home.write()
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"not JSON\n\xff\xfe\nnull\n")
    found = home.said("sessions", "--all")
    assert found["totals"]["tokens"]["total"] == 1_500
    assert (found["skipped"]["files"], found["skipped"]["lines"]) == (1, 3)
    item = found["skipped"]["items"][0]
    assert (item["path"], item["offset"], item["used"]) == (str(path), size, False)
    assert "3 lines in 1 file could not be read" in home.run("sessions", "--all").stdout


@pytest.mark.parametrize("words", [("sessions", "--all"), ("show", "latest")])
@pytest.mark.parametrize("as_json", [False, True])
def test_hostile_text_is_only_text(home: Home, words: tuple[str, ...], as_json: bool) -> None:
    home.write(text=HOSTILE)
    done = home.run(*words, *(["--json"] if as_json else []))
    assert (done.returncode, done.stderr) == (0, "")
    assert "[/] [bold]x[/bold]  [@click=app.quit]y[/]" in done.stdout
    assert not set(done.stdout) & {"\x1b", "\x07", "\u202e"}
    assert "\\u001b" not in done.stdout


def test_hostile_names_of_sessions_are_only_text(home: Home) -> None:
    path = home.write()
    maker = '"requestSessionId": "\\u001b[2Jevil", "requestId"'
    copied = path.read_text(encoding="utf-8").replace('"requestId"', maker)
    path.write_text(copied, encoding="utf-8")
    done = home.run("sessions", "--all")
    assert (done.returncode, done.stderr) == (0, "")
    assert "evil" in done.stdout
    assert "\x1b" not in done.stdout
    assert home.run("show", "evil").returncode == 0
