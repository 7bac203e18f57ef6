"""What a compaction lost, on its page: files and commands, and what was read again."""

from collections.abc import Iterable

from msgspec.structs import replace

from cctop import figures
from cctop.book.snapshot import CompactionMark
from cctop.book.trace import Item, Loss, Reread, Trace
from cctop.text import Clean
from cctop.ui.screens.page import INDENT, section, wrapped
from cctop.ui.widgets.parts import Parts, cells_of
from cctop.ui.words import count

VERB = 8  # cells: "edited  "
Used = tuple[str, Item]


def loss_of(trace: Trace, mark: CompactionMark) -> Loss | None:
    """The loss of a compaction."""
    wanted = mark.at, mark.agent_id, mark.trigger
    return next((x for x in trace.losses if (x.at, x.agent_id, x.trigger) == wanted), None)


def loss_lines(loss: Loss, width: int, folder: str = "") -> list[Parts]:
    """What the summary does not name, what was read again, what it names.

    Files below the session's `folder` go by their path from there.
    """
    used: list[Used] = [
        *(("edited", item) for item in loss.edited),
        *(("read", item) for item in loss.read),
        *(("ran", item) for item in loss.commands),
    ]
    used = [(verb, _below(folder, item)) for verb, item in used]
    unnamed = [(verb, item) for verb, item in used if item.named is False]
    unknown = [(verb, item) for verb, item in used if item.named is None]
    named = [(verb, item) for verb, item in used if item.named]
    lines: list[Parts] = []
    if loss.summarised:
        lines += _section("the summary does not name", width, _counted(unnamed))
        lines += _items(unnamed, width, "everything is named")
    lines += _rereads(loss, width, folder)
    if loss.summarised:
        lines += _section("the summary names", width, _counted(named))
        lines += _items(named, width, "none")
    if unknown or not loss.summarised:
        lines += _section("read, edited and run before it", width, _counted(unknown))
        lines += _items(unknown, width, "none")
    return lines


def _below(folder: str, item: Item) -> Item:
    return replace(item, text=Clean(_from(folder, item.text)))


def _from(folder: str, path: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path


def _section(name: str, width: int, details: str) -> list[Parts]:
    """A heading, with its details where there is room for them."""
    return section(name, width, details if len(name) + len(details) + 6 <= width else "")


def _rereads(loss: Loss, width: int, folder: str) -> list[Parts]:
    files = count(len(loss.rereads), "file") if loss.rereads else ""
    lines = _section("read again after it", width, files)
    if not loss.rereads:
        return [*lines, ((INDENT, ""), ("none", "dim"))]
    if any(reread.tokens is not None for reread in loss.rereads):
        words = (
            f"≈ {figures.tokens(loss.tokens)} tokens, {figures.usd(loss.cost)} in all, estimated"
        )
        lines.append(((INDENT, ""), (words, "dim")))
    return lines + [line for reread in loss.rereads for line in _reread(reread, width, folder)]


def _reread(reread: Reread, width: int, folder: str) -> list[Parts]:
    """The file and, beside or below it, the estimate."""
    lines = wrapped(_from(folder, reread.path), width)
    if reread.tokens is None:
        return lines
    cost = f", {figures.usd(reread.cost)}" if (reread.cost or 0) >= figures.CENT else ""
    known: Parts = ((f"≈ {figures.tokens(reread.tokens)} tokens{cost}", "dim"),)
    if cells_of((*lines[-1], *known)) + 2 > width:
        return [*lines, ((INDENT * 2, ""), *known)]
    return [*lines[:-1], (*lines[-1], ("  ", ""), *known)]


def _items(items: Iterable[Used], width: int, none: str) -> list[Parts]:
    lines: list[Parts] = []
    for verb, item in items:
        times = f"  {item.count:,}x" if item.count > 1 else ""
        indent = INDENT + " " * VERB
        first, *rest = wrapped(f"{item.text}{times}", width, indent=indent)
        lines += [((f"{INDENT}{verb:<{VERB}}", "dim"), *first[1:]), *rest]
    return lines or [((INDENT, ""), (none, "dim"))]


def _counted(items: list[Used]) -> str:
    files = len({item.text for verb, item in items if verb != "ran"})
    commands = sum(verb == "ran" for verb, _ in items)
    words = [count(files, "file")] if files else []
    return ", ".join(words + ([count(commands, "command")] if commands else []))
