"""Changing the config file: exact, atomic, and without losing anything of the user's."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctop.config import Config, ConfigError, Price, load
from cctop.config.edit import dump, get, parse_key, set_value, shown
from cctop.config.load import decode
from cctop.config.template import TEMPLATE, init

CORPUS = Path(__file__).parents[1] / "config_corpus"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cctop" / "config.toml"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("display.theme", ("display", "theme")),
        ('prices."claude-4.5[1m]".input', ("prices", "claude-4.5[1m]", "input")),
        ("keys.'a b'", ("keys", "a b")),
        ("keys", ("keys",)),
    ],
)
def test_a_dotted_key_is_read_as_toml_reads_it(text: str, key: tuple[str, ...]) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize(
    "text", ["", "a b", "a.", "a..b", "x[1m]", "a = 1\nb", "a = 1 #", "=", '"', "[a]\nb", "\x1b"]
)
def test_a_text_that_is_no_key(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a key; write it as in display"):
        parse_key(text)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("budget.daily_usd", "41.5"),
        ("budget", "{ daily_usd = 41.5 }"),
        ("milestones.tokens", "[1000, 2000000]"),
        ("display.mouse", "false"),
        ("display.theme", "high-contrast"),
        ('prices."claude-4.5[1m]".cache_read', "0.3"),
        ('context.windows."claude-4.5"', "1000000"),
        ("keys.quit", '["q", "ctrl+q"]'),
        ("keys.freeze", "f"),
        ("roots.paths", '["~/.claude-work", "/srv/claude"]'),
    ],
)
def test_get_prints_a_line_that_set_takes(key: str, line: str, path: Path) -> None:
    config = load(CORPUS / "valid/everything.toml")
    assert shown(get(config, key)) == line
    written(path, '[prices."claude-4.5[1m]"]\ninput = 1\noutput = 1\n')
    set_value(path, key, line)
    assert shown(get(load(path), key)) == line


def test_get_of_what_is_not_set() -> None:
    assert shown(get(Config(), "budget.daily_usd")) == "none"
    assert shown(get(Config(), "prices")) == "{}"
    with pytest.raises(ConfigError, match=r"^keys.quit: is not set; in \[keys\]: nothing$"):
        get(Config(), "keys.quit")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("display.them", r"display.them: no such key \(did you mean theme\?\); allowed in"),
        ("displai.theme", r"displai: no such key \(did you mean display\?\); allowed sections"),
        ("theme", r"theme: no such key \(it belongs in \[display\]\)"),
        ("display.theme.x", "display.theme: has no keys of its own"),
        ("context.windows.a.b", "context.windows.a: has no keys of its own"),
        ("prices.a.b", "prices.a.b: no such key; allowed in"),
    ],
)
def test_a_key_that_does_not_exist(key: str, message: str, path: Path) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        get(Config(), key)
    for value in ("1", "none"):
        with pytest.raises(ConfigError, match=message) as caught:
            set_value(path, key, value)
        assert str(caught.value).startswith(str(path))
    assert not path.exists()


def test_a_text_with_control_characters_is_shown_escaped(path: Path) -> None:
    set_value(path, "roots.paths", r'["a\u001b[2J"]')
    assert shown(get(load(path), "roots.paths")) == r'["a\u001b[2J"]'
    set_value(path, "keys.quit", r'"\u001b"')
    assert shown(get(load(path), "keys.quit")) == r'"\u001b"'


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("budget.daily_usd", "50", 50.0),
        ("display.mouse", "false", False),
        ("display.theme", "light", "light"),
        ("display.theme", '"light"', "light"),
        ("milestones.tokens", "1000,5_000", (1_000, 5_000)),
        ("milestones.tokens", "1000", (1_000,)),
        ("keys.meter", "1", "1"),
        ("keys.meter", "true", "true"),
        ("keys.meter", '"m","1"', ["m", "1"]),
        ("keys.help", "[", "["),
        ("keys.help", '"', '"'),
        ("keys.help", "2026-01-01", "2026-01-01"),
    ],
)
def test_a_value_is_read_as_the_key_takes_it(
    key: str, text: str, value: object, path: Path
) -> None:
    assert set_value(path, key, text) is None
    assert get(load(path), key) == value


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        (
            "budget.daily_usd",
            "lots",
            'must be a number of USD above 0, at most 1000000, not "lots"',
        ),
        ("budget.daily_usd", "-5", "above 0, at most 1000000, not -5"),
        ("budget.daily_usd", "5\nx = 1", r'not "5\\nx = 1"'),
        ("display.theme", "5", "display.theme: must be one of .*, not 5"),
        ("roots.paths", "~/x", 'must be a list of folders, as in .*, not "~/x"'),
        ("prices.claude-x.input", "3", "prices.claude-x.output: is missing"),
        ("keys.quit", "", "keys.quit: must be a key"),
        ("keys.quit", "\udcff", "must be UTF-8 text"),
    ],
)
def test_a_wrong_value_changes_nothing(key: str, text: str, message: str, path: Path) -> None:
    written(path, TEMPLATE)
    with pytest.raises(ConfigError, match=message):
        set_value(path, key, text)
    assert path.read_text() == TEMPLATE
    assert list(path.parent.iterdir()) == [path]


def test_a_faulty_file_is_not_written_but_can_be_mended(path: Path) -> None:
    faulty = '# mine\n[display]\nthemes = "x"\ntheme = "puce"\n'
    written(path, faulty)
    with pytest.raises(ConfigError, match=r"display\.themes: no such key"):
        set_value(path, "budget.daily_usd", "5")
    assert path.read_text() == faulty
    written(path, faulty.replace('themes = "x"\n', ""))
    set_value(path, "display.theme", "dark")
    assert path.read_text() == '# mine\n[display]\ntheme = "dark"\n'
    written(path, faulty.replace("puce", "dark"))
    set_value(path, "display.themes", "none")
    assert path.read_text() == '# mine\n[display]\ntheme = "dark"\n'


def test_a_section_that_is_no_table_is_not_run_over(path: Path) -> None:
    written(path, "budget = 5\n")
    with pytest.raises(ConfigError, match=r"budget: must be a table, as in \[budget\]"):
        set_value(path, "budget.daily_usd", "5")
    assert path.read_text() == "budget = 5\n"
    written(path, "[prices]\nm = 5\n")
    with pytest.raises(ConfigError, match=r"prices\.m: must be a table, as in \[prices\.m\]"):
        set_value(path, "prices.m.input", "5")


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("", "display.theme", "light", '[display]\ntheme = "light"\n'),
        ("# mine", "keys.up", "k", '# mine\n\n[keys]\nup = "k"\n'),
        (
            "[budget] # b\n  daily_usd = 5  # enough # really\n# end\n",
            "budget.daily_usd",
            "6.5",
            "[budget] # b\n  daily_usd = 6.5  # enough # really\n# end\n",
        ),
        (
            '[keys]\nfilter = "#" # hash\n',
            "keys.filter",
            '"/"',
            '[keys]\nfilter = "/" # hash\n',
        ),
        ('[keys]\nfilter = "#"', "keys.filter", "/", '[keys]\nfilter = "/"'),
        (
            '[display]\n# it looks\n#theme = "dark"\n# often\n#refresh_hz = 4\n',
            "display.theme",
            "light",
            '[display]\n# it looks\n#theme = "dark"\ntheme = "light"\n# often\n#refresh_hz = 4\n',
        ),
        (
            "[display]\nmouse = true\n\n# about keys\n[keys]\n",
            "display.scope",
            "all",
            '[display]\nmouse = true\nscope = "all"\n\n# about keys\n[keys]\n',
        ),
        (
            "[keys]\n# none yet\n\n# about the display\n[display]\n",
            "keys.quit",
            "q",
            '[keys]\n# none yet\nquit = "q"\n\n# about the display\n[display]\n',
        ),
        ("[keys]", "keys.quit", "q", '[keys]\nquit = "q"\n'),
        (
            "[display]\r\nmouse = true\r\n",
            "display.theme",
            "light",
            '[display]\r\nmouse = true\r\ntheme = "light"\r\n',
        ),
        ("[budget]\ndaily_usd = 5 # x\n# y\n", "budget.daily_usd", "none", "[budget]\n# y\n"),
        (
            '[prices."a.b"]\ninput = 1\noutput = 2\n',
            "prices.'a.b'.cache_read",
            "0.5",
            '[prices."a.b"]\ninput = 1\noutput = 2\ncache_read = 0.5\n',
        ),
        (
            '[ "context" . windows ]\n"a" = 5 # five\n',
            "context.windows.a",
            "6",
            '[ "context" . windows ]\na = 6 # five\n',
        ),
    ],
)
def test_only_the_line_in_question_changes(
    before: str, key: str, value: str, after: str, path: Path
) -> None:
    written(path, before)
    assert set_value(path, key, value) is None
    assert path.read_bytes().decode() == after
    assert list(path.parent.iterdir()) == [path]


def test_setting_what_holds_already_leaves_the_file_alone(path: Path) -> None:
    written(path, "[display] # x\nrefresh_hz = 4.0 # y\n")
    before = path.stat()
    set_value(path, "display.refresh_hz", "4")
    set_value(path, "display.theme", "none")
    assert path.stat() == before


MULTILINE = '# mine\n[milestones]\ntokens = [\n  1000, # first\n]\n\n[display]\ntheme = "light"\n'


def test_a_value_over_several_lines_is_rewritten_and_the_old_file_kept(path: Path) -> None:
    written(path, MULTILINE)
    backup = set_value(path, "milestones.tokens", "2000")
    assert backup == path.with_name("config.toml.bak")
    assert backup.read_text() == MULTILINE
    assert load(path).milestones.tokens == (2_000,)
    assert load(path).display.theme == "light"

    written(path, MULTILINE + "# more\n")
    assert set_value(path, "milestones.tokens", "3000") == path.with_name("config.toml.bak2")
    assert backup.read_text() == MULTILINE


def test_a_whole_section_taken_out_keeps_the_comments_in_a_copy(path: Path) -> None:
    written(path, '# mine\n[display]\ntheme = "light"\n')
    backup = set_value(path, "display", "none")
    assert backup is not None
    assert backup.read_text() == '# mine\n[display]\ntheme = "light"\n'
    assert path.read_text() == ""


def test_a_rewrite_without_comments_needs_no_backup(path: Path) -> None:
    written(path, 'display = { theme = "light" }\n')
    assert set_value(path, "display.mouse", "false") is None
    assert load(path).display.theme == "light"
    assert load(path).display.mouse is False
    assert set_value(path, "display", "none") is None
    assert load(path) == Config()


def test_lines_that_only_look_like_settings(path: Path) -> None:
    text = '[roots]\npaths = ["""\n[display]\ntheme = "light"\n"""]\n[display]\n# x\n'
    written(path, text)
    set_value(path, "display.theme", "terminal")
    assert load(path).roots.paths == ('[display]\ntheme = "light"\n',)
    assert load(path).display.theme == "terminal"


def test_links_permissions_and_folders(tmp_path: Path) -> None:
    real = written(tmp_path / "dotfiles" / "cctop.toml", "")
    real.chmod(0o600)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    set_value(link, "budget.daily_usd", "5")
    assert link.is_symlink()
    assert load(real).budget.daily_usd == 5
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    set_value(tmp_path / "new" / "folder" / "c.toml", "budget.daily_usd", "5")


def test_a_failed_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    written(path, "[display]\n")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        set_value(path, "display.theme", "light")
    assert path.read_text() == "[display]\n"
    assert list(path.parent.iterdir()) == [path]


def test_dump_is_the_whole_config() -> None:
    for file in CORPUS.glob("valid/*.toml"):
        config = load(file)
        document = tomllib.loads(dump(config))
        assert document.keys() == {"budget", "milestones", "prices", "display"} | {
            "notify",
            "context",
            "keys",
            "roots",
        }
        assert decode(document, file) == config


def test_init_writes_the_template_once(path: Path) -> None:
    assert init(path)
    assert path.read_text() == TEMPLATE
    assert load(path) == Config()
    path.write_text("# mine")
    assert not init(path)
    assert path.read_text() == "# mine"


CHANGES = st.sampled_from(
    [
        ("budget.daily_usd", "5", 5.0),
        ("budget.daily_usd", "6.5", 6.5),
        ("milestones.tokens", "1000", (1_000,)),
        ("milestones.tokens", "[]", ()),
        ("display.theme", "light", "light"),
        ("display.mouse", "false", False),
        ("context.windows.a", "5", 5),
        ('context.windows."b.c"', "6", 6),
        ("keys.filter", "#", "#"),
        ("keys.filter", '"#", "/"', ["#", "/"]),
        ("prices.m", "{ input = 1, output = 2 }", Price(input=1, output=2)),
        ("roots.paths", '["# no comment", "\\n[display]\\n"]', ("# no comment", "\n[display]\n")),
        *((key, "none", None) for key in ("budget.daily_usd", "milestones.tokens", "keys.filter")),
        *((key, "none", None) for key in ("context.windows.a", "prices.m", "display")),
    ]
)
STARTS = [TEMPLATE, MULTILINE, *(p.read_bytes().decode() for p in CORPUS.glob("valid/*.toml"))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.lists(CHANGES, max_size=8))
def test_any_changes_in_any_order_do_what_they_say_and_lose_no_comment(
    tmp_path_factory: pytest.TempPathFactory, start: str, changes: list[tuple[str, str, object]]
) -> None:
    path = written(tmp_path_factory.mktemp("any") / "config.toml", start)
    for key, text, value in changes:
        before, comments = load(path), comments_in(path)
        backup = set_value(path, key, text)
        after = load(path)
        assert value_of(after, key) == (value_of(Config(), key) if text == "none" else value)
        for section in ("budget", "milestones", "display", "context", "keys", "prices", "roots"):
            if not key.startswith(section):
                assert getattr(after, section) == getattr(before, section)
        assert comments <= comments_in(path) | (comments_in(backup) if backup else set())


def comments_in(path: Path) -> set[str]:
    lines = path.read_text("utf-8-sig").splitlines()
    return {line for line in lines if line.lstrip().startswith("#")}


def value_of(config: Config, key: str) -> object:
    try:
        return get(config, key)
    except ConfigError:
        return None
