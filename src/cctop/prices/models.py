"""Model names: one spelling for lookups, a short one for screens, and the context window.

The same model goes by many names: `claude-sonnet-4-5-20250929` (the API), `…[1m]` (the CLI's long
context), `us.anthropic.claude-sonnet-4-5-20250929-v1:0` (Bedrock), `claude-sonnet-4-5@20250929`
(Vertex), `anthropic/claude-sonnet-4.5` (gateways). Only such decorations are taken off: a name
with anything else in it is another model, since guessing its price would be worse than none.
"""

import re
from functools import lru_cache

_MILLION = 1_000_000
_SHORT = 12  # cells that screens keep for a model

_BRACKETS = re.compile(r"(?:\[[^\[\]]*\])+$")
_CLAUDE = re.compile(
    r"(?:^|[/.:])"  # after a vendor, a region, or the path of an ARN
    r"(claude-[a-z0-9.-]+?)"
    r"(?:[-@](?:\d{8}|latest|default)|-v\d+(?::\d+k?)*|-0)*$"  # "-0": opus-4-0 is opus-4
)
_OLD_ORDER = re.compile(r"(\d+(?:-\d+)?)-([a-z]+)")

WINDOWS = {
    "claude-fable-5": _MILLION,
    "claude-fable-5-1": _MILLION,
    "claude-fable-5-2": _MILLION,
    "claude-mythos-5": _MILLION,
    "claude-mythos-5-1": _MILLION,
    "claude-mythos-5-2": _MILLION,
    "claude-haiku-4-5": 200_000,
    "claude-haiku-5-5": _MILLION,
    "claude-opus-4": 200_000,
    "claude-opus-4-1": 200_000,
    "claude-opus-4-5": 200_000,
    "claude-opus-4-6": 200_000,
    "claude-opus-4-7": _MILLION,
    "claude-opus-4-8": _MILLION,
    "claude-opus-5": _MILLION,
    "claude-opus-5-5": _MILLION,
    "claude-sonnet-4": 200_000,
    "claude-sonnet-4-5": 200_000,
    "claude-sonnet-4-6": 200_000,
    "claude-sonnet-5": _MILLION,
    "claude-sonnet-5-5": _MILLION,
    "claude-3-haiku": 200_000,
    "claude-3-opus": 200_000,
    "claude-3-sonnet": 200_000,
    "claude-3-5-haiku": 200_000,
    "claude-3-5-sonnet": 200_000,
    "claude-3-7-sonnet": 200_000,
}


@lru_cache(maxsize=1024)
def canonical(model: str) -> str:
    """The name to look a model up by: lower case, without date, provider and `[1m]`.

    A name that is not a Claude model's is only lowered and freed of brackets.
    """
    name = _BRACKETS.sub("", model.strip().lower())
    match = _CLAUDE.search(name)
    return match[1].replace(".", "-") if match else name


@lru_cache(maxsize=1024)
def short_name(model: str) -> str:
    """The name for screens, at most 12 characters: `opus-5-5`, `haiku-3-5`; cut with "…"."""
    name = canonical(model).rsplit("/", 1)[-1].removeprefix("claude-")
    name = _OLD_ORDER.sub(r"\2-\1", name) if _OLD_ORDER.fullmatch(name) else name
    return name if len(name) <= _SHORT else name[: _SHORT - 1] + "…"


@lru_cache(maxsize=1024)
def context_window(model: str) -> int | None:
    """Tokens of the model's context window as the CLI (2.1.330) has them; None if not known.

    `[1m]` in the name means a million, whatever the model. The size that a status line reports
    is to be trusted over this table.
    """
    return _MILLION if "[1m]" in model.lower() else WINDOWS.get(canonical(model))
