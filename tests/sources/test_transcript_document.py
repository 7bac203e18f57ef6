import pytest
from trees import SESSION, SLUG, Sweeps, Tree

from cctop.events import Malformed, Origin
from cctop.sources.transcripts import document
from cctop.sources.transcripts.discover import Scanner
from cctop.sources.transcripts.document import Document, Whole

META = f"{SLUG}/{SESSION}/subagents/agent-a1.meta.json"
ORIGIN = Origin(5, SESSION, "a1", "/root", SLUG)


def test_gives_all_of_it_each_time_it_changes(tree: Tree) -> None:
    scans = Scanner([str(tree.root)], Sweeps())
    tree.write(META, b'{"agentType":"Explore"}')
    whole = Whole(scans.scan().found[0], ORIGIN)
    assert (whole.is_dirty, whole.is_caught_up, whole.unread) == (True, False, 23)
    (item,) = whole.read()
    assert item == Document(ORIGIN, b'{"agentType":"Explore"}')
    assert isinstance(item, Document)
    assert item.file == 5
    assert (whole.is_dirty, whole.is_caught_up, whole.unread) == (False, True, 0)
    tree.replace(META, b'{"finished":true}')
    whole.found = scans.scan().found[0]
    assert list(whole.read()) == [Document(ORIGIN, b'{"finished":true}')]
    assert not whole.continues_at(whole.found.path)


def test_nothing_is_said_of_an_empty_one(tree: Tree) -> None:
    tree.write(META, b" \n")
    whole = Whole(Scanner([str(tree.root)]).scan().found[0], ORIGIN)
    assert list(whole.read()) == []
    assert not whole.is_dirty


def test_one_that_is_too_large_is_not_held(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_DOCUMENT", 10)
    tree.write(META, b'{"agentType":"Explore"}')
    whole = Whole(Scanner([str(tree.root)]).scan().found[0], ORIGIN)
    (item,) = whole.read()
    assert isinstance(item, Malformed)
    assert item.reason == "over the 10 bytes that such a file may have"
