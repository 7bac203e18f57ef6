"""The command line as a page: `docs/cli.md` is `cli_markdown(build_parser())`."""

import argparse
from collections.abc import Iterator

INTRO = """\
# Command line

`-h` or `--help` after any command shows what is below.
"""
PLAIN_GROUPS = {"positional arguments", "options"}  # argparse's own titles, which say nothing


def cli_markdown(parser: argparse.ArgumentParser) -> str:
    """Return the page about every command and option of the program.

    argparse words its help differently from one version of Python to the next; this page is the
    same with all of them.
    """
    return "\n".join([INTRO, *_sections(parser, parser.description or "")]).rstrip("\n") + "\n"


def _sections(parser: argparse.ArgumentParser, about: str) -> Iterator[str]:
    """Yield the lines about a parser and all below it; `about` where it does not say itself."""
    yield from (
        f"## `{parser.prog}`",
        "",
        (parser.description or f"{_sentence(about)}").strip(),
        "",
    )
    below = []
    for group in parser._action_groups:
        rows = [row for action in group._group_actions for row in _rows(action)]
        if not rows:
            continue
        if group.title and group.title not in PLAIN_GROUPS:
            yield from (f"**{_sentence(group.title)}** {group.description or ''}".rstrip(), "")
        yield from ("| | |", "|---|---|", *rows, "")
        below += [a for a in group._group_actions if isinstance(a, argparse._SubParsersAction)]
    if parser.epilog:
        yield from ("```text", parser.epilog.strip(), "```", "")
    for action in below:
        for choice in action._choices_actions:
            yield from _sections(action.choices[choice.dest], choice.help or "")


def _rows(action: argparse.Action) -> Iterator[str]:
    """Yield the table rows about an option, an argument or the commands."""
    if isinstance(action, argparse._HelpAction):
        return
    if isinstance(action, argparse._SubParsersAction):
        for choice in action._choices_actions:
            yield f"| `{choice.dest}` | {choice.help} |"
        return
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    if action.choices:
        value = f"{{{','.join(map(str, action.choices))}}}"
    shown = " ".join(filter(None, [", ".join(action.option_strings), value]))
    yield f"| `{shown}` | {action.help} |"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
