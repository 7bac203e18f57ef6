"""The registry of actions: what is bound, what may be remapped, and what is said of mistakes."""

from collections import Counter

import pytest
from board_stage import DECK, playing
from textual.binding import Binding

from cctop.ui import keys
from cctop.ui.app import CctopApp
from cctop.ui.keys import ACTIONS, DEFAULT_KEYS, EVERYWHERE, KeyMapError, bindings, resolve
from cctop.ui.screens.board import Board
from cctop.ui.screens.page import Page
from cctop.ui.screens.proof import ProofPage
from cctop.ui.widgets.rows import Rows


def test_ids_are_unique_and_every_action_has_a_key_and_words() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    assert all(action.keys and action.help and action.group in keys.GROUPS for action in ACTIONS)


def test_default_keys_do_not_clash() -> None:
    assert resolve({}) == DEFAULT_KEYS
    assert resolve({action.id: list(action.keys) for action in ACTIONS}) == DEFAULT_KEYS


def test_rows_have_the_keys_of_the_registry() -> None:
    for binding in Rows.BINDINGS:
        assert isinstance(binding, Binding)
        assert binding.id is not None
        assert set(binding.key.split(",")) == set(DEFAULT_KEYS[binding.id])


@pytest.mark.parametrize(
    ("screen", "where"), [(Board, keys.BOARD), (Page, keys.PAGE), (ProofPage, keys.PROOF)]
)
def test_every_bound_action_exists(screen: type, where: str) -> None:
    for binding in [*bindings(where), *bindings(EVERYWHERE)]:
        name = binding.action.split("(")[0]
        owner = CctopApp if name.startswith("app.") else screen
        assert hasattr(owner, f"action_{name.removeprefix('app.')}"), binding.action


def test_user_keys_replace_the_default_ones() -> None:
    keymap = resolve({"freeze": "f", "quit": ["Q", "ctrl+q"], "skipped": []})
    assert keymap["freeze"] == ("f",)
    assert keymap["quit"] == ("Q", "ctrl+q")
    assert keymap["skipped"] == ()
    assert keymap["help"] == DEFAULT_KEYS["help"]


def test_two_actions_may_swap_keys() -> None:
    keymap = resolve({"zoom": "a", "scope": "z"})
    assert (keymap["zoom"], keymap["scope"]) == (("a",), ("z",))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"freze": "f"}, ("keys.freze", "no such action", "'freeze'")),
        ({"qqqqqq": "f"}, ("keys.qqqqqq", "allowed:", "zoom")),
        ({"freeze": "q"}, ("keys.freeze", "'q'", "'quit'", "another one")),
        ({"freeze": "escap"}, ("keys.freeze", "'escap'", "'escape'", "one character")),
        ({"freeze": "hyper+x"}, ("keys.freeze", "'hyper+x'", "ctrl+s")),
        ({"freeze": ""}, ("keys.freeze", "unknown key ''")),
        ({"next": "j"}, ("'j'", "'down'")),
    ],
)
def test_mistakes_are_told(overrides: dict[str, str], words: tuple[str, ...]) -> None:
    with pytest.raises(KeyMapError) as caught:
        resolve(overrides)
    assert all(word in str(caught.value).replace('"', "'") for word in words), caught.value


def test_screens_that_never_meet_may_share_a_key() -> None:
    assert resolve({"next": "z"})["next"] == ("z",)


async def test_remapped_keys_work_and_the_default_ones_no_more() -> None:
    keymap = resolve({"down": "J", "freeze": ["f", ","], "open": "o", "zoom": "a", "scope": "z"})
    async with playing(DECK, keys=keymap) as play:
        await play.press("j", "down")
        assert play.selected == "web"
        await play.press("J")
        assert play.selected == "ml-notebooks"
        await play.press("space")
        assert "frozen" not in play.text
        await play.press("comma")
        assert "frozen" in play.text
        await play.press("z")
        assert play.app.board.view.choice.scope == "all"
        await play.press("1", "a")
        assert "sessions" not in play.text
        await play.press("?")
        assert any("f ," in line and "freeze" in line for line in play.lines)


async def test_an_action_without_keys_is_left_to_the_palette() -> None:
    async with playing(DECK, keys=resolve({"freeze": [], "skipped": []})) as play:
        await play.press("space", "!")
        assert "frozen" not in play.text
        await play.press(":", *"freeze", "enter")
        assert "frozen" in play.text


def test_the_page_on_keys_names_every_action() -> None:
    page = keys.keys_markdown()
    assert page.startswith("# Keys\n")
    for action in ACTIONS:
        assert f"| `{action.id}` | {action.help} |" in page
    assert "| `↓` `j` | `down` |" in page
