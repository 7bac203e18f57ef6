"""What a `user` record is: a prompt of the user's, or one of the many things that look like it."""

import re
from enum import Enum

from cctop.sources.transcripts.records import Message
from cctop.text import Clean, clean


class Kind(Enum):
    """What a user record's text stands for."""

    PROMPT = "prompt"
    COMMAND = "command"  # a slash or ! command: a turn only if the model answers
    INTERRUPT = "interrupt"
    NOTIFICATION = "notification"
    OTHER = "other"


PROMPT_LIMIT = 200
HEAD = 4096  # characters in which a text says what it is
_interrupt = "[Request interrupted by user"
_command = re.compile(r"<command-name>\s*([^<]*?)\s*</command-name>")
_arguments = re.compile(r"<command-args>\s*([^<]*?)\s*</command-args>")
_bash = re.compile(r"\s*<bash-input>(.*?)</bash-input>", re.DOTALL)
_field = re.compile(r"<(task-id|tool-use-id|status)>\s*([^<]*?)\s*</\1>")
_machine = ("<local-command-", "<bash-stdout>", "<bash-stderr>", "Caveat: The messages below")
# What editors and Claude Code itself put before the user's words.
_context = re.compile(
    r"(?:\s*<(system-reminder|ide_opened_file|ide_selection)>.*?</\1>)+\s*", re.DOTALL
)
_contexts = ("<system-reminder>", "<ide_")


def text_of(message: Message) -> str:
    """Return the words of a message: its string, or its text blocks."""
    content = message.content
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content or () if block.type == "text" and block.text)


def classify(text: str) -> tuple[Kind, Clean]:
    """Return the kind of a user record's text, and the line to show for it."""
    head = text[:HEAD].lstrip()
    if head.startswith(_contexts) and (context := _context.match(text)):
        head = text[context.end() : context.end() + HEAD]
        if not head:
            return Kind.OTHER, Clean("")
    if head.startswith(_interrupt):
        return Kind.INTERRUPT, Clean("")
    if head.startswith("<task-notification>"):
        return Kind.NOTIFICATION, Clean("")
    if head.startswith(_machine):
        return Kind.OTHER, Clean("")
    if head.startswith(("<command-name>", "<command-message>")) and (name := _command.search(head)):
        given = _arguments.search(head)
        return Kind.COMMAND, clean(f"{name[1]} {given[1] if given else ''}".strip(), PROMPT_LIMIT)
    if bash := _bash.match(head):
        return Kind.COMMAND, clean(f"! {bash[1].strip()}", PROMPT_LIMIT)
    return Kind.PROMPT, clean(head, PROMPT_LIMIT)


def notification(text: str) -> dict[str, Clean]:
    """Return `task-id`, `tool-use-id` and `status` of a task notification, where it says them."""
    return {name: clean(value, 80) for name, value in _field.findall(text[:HEAD])}
