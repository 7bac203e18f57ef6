"""The records of a Claude Code transcript, in the shape that CLI 2.1.330 gives them.

Pure functions from what a record says to the object that is written as one line. Key order is the
CLI's too. Times are milliseconds since the epoch; the records carry ISO 8601 with milliseconds.
"""

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from cctop.events import Usage

VERSION = "2.1.330"
Record = dict[str, Any]


def iso(at: int) -> str:
    """Milliseconds since the epoch as the CLI writes a timestamp."""
    seconds, ms = divmod(at, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"


class Speaker(Struct, frozen=True, kw_only=True):
    """Who writes a record: a session's main thread, or the subagent `agent` of it."""

    session: str
    cwd: str
    branch: str = "main"
    version: str = VERSION
    entrypoint: str = "cli"  # or "sdk-cli", as `claude -p` is
    slug: str = ""  # set once the session was compacted
    agent: str = ""
    agent_type: str = ""

    @property
    def interactive(self) -> bool:
        """Whether a person sits before it."""
        return self.entrypoint == "cli"

    @property
    def agent_id(self) -> Record:
        """The key that a subagent's records carry."""
        return {"agentId": self.agent} if self.agent else {}

    @property
    def echo(self) -> Record:
        """A second copy of the session id, on interactive main-thread lines."""
        return {"session_id": self.session} if self.interactive and not self.agent else {}

    @property
    def tail(self) -> Record:
        """How every record that has a `uuid` ends."""
        end = {
            "userType": "external",
            "entrypoint": self.entrypoint,
            "cwd": self.cwd,
            "sessionId": self.session,
            "version": self.version,
            "gitBranch": self.branch,
        }
        return end | {"slug": self.slug} if self.slug else end


class Mark(Struct, frozen=True):
    """Where a record stands: its own id, that of the one before it, and when."""

    uuid: str
    parent: str | None
    at: int

    @property
    def own(self) -> Record:
        """Id and time."""
        return {"uuid": self.uuid, "timestamp": iso(self.at)}


def usage_object(usage: Usage) -> Record:
    """`message.usage`, with every key that 2.1.330 writes."""
    return {
        "input_tokens": usage.input,
        "cache_creation_input_tokens": usage.cache_write_5m + usage.cache_write_1h,
        "cache_read_input_tokens": usage.cache_read,
        "output_tokens": usage.output,
        "output_tokens_details": {"thinking_tokens": usage.thinking},
        "server_tool_use": {
            "web_search_requests": usage.web_searches,
            "web_fetch_requests": 0,
        },
        "service_tier": "standard",
        "cache_creation": {
            "ephemeral_1h_input_tokens": usage.cache_write_1h,
            "ephemeral_5m_input_tokens": usage.cache_write_5m,
        },
        "inference_geo": "",
        "iterations": [],
        "speed": "standard",
        "fallback_credit": None,
    }


class Answer(Struct, frozen=True, kw_only=True):
    """One API response: what all of its lines repeat."""

    message_id: str
    request_id: str
    request_ref: str
    model: str
    usage: Usage
    stop_reason: str
    effort: str


def block(who: Speaker, mark: Mark, answer: Answer, index: int, content: Record) -> Record:
    """One content block of a response: an `assistant` line."""
    timing: Record = {}
    if content["type"] == "thinking":
        timing = {
            "thinkingDurationMs": answer.usage.thinking * 14,  # some 70 tokens a second
            "thinkingDisplay": "updates" if who.interactive else "omitted",
        }
    elif content["type"] == "tool_use":
        timing = {"toolInputStreamMs": 12 * len(str(content["input"]))}
    cached_for = "1h" if answer.usage.cache_write_1h else "5m"
    return {
        "parentUuid": mark.parent,
        "isSidechain": bool(who.agent),
        **who.agent_id,
        "message": {
            "id": answer.message_id,
            "type": "message",
            "role": "assistant",
            "model": answer.model,
            "content": [content],
            "stop_reason": answer.stop_reason,
            "stop_sequence": None,
            "usage": usage_object(answer.usage),
            "stop_details": None,
        },
        **timing,
        "apiBlockIndex": index,
        "requestId": answer.request_id,
        "requestRef": answer.request_ref,
        "requestedModel": answer.model,
        "promptCacheRequested": cached_for,
        **({"attributionAgent": who.agent_type} if who.agent else {}),
        "type": "assistant",
        **mark.own,
        "effort": answer.effort,
        "perTurnEffort": answer.effort,
        "madeBy": "model",
        **who.echo,
        **who.tail,
    }


def user(who: Speaker, mark: Mark, prompt_id: str, content: object, **more: object) -> Record:
    """A `user` record: a prompt, a tool's result, a compaction's summary, a command."""
    return {
        "parentUuid": mark.parent,
        "isSidechain": bool(who.agent),
        "promptId": prompt_id,
        **who.agent_id,
        "type": "user",
        "message": {"role": "user", "content": content},
        **mark.own,
        **more,
        **who.tail,
    }


def prompt_keys(who: Speaker, mode: str, turn: int) -> Record:
    """What marks a `user` record as a prompt that a person, or a script, gave."""
    origin = "human" if who.interactive else "sdk"
    return {
        "permissionMode": mode,
        **({"origin": {"kind": "human"}} if who.interactive else {}),
        "promptSource": "typed" if who.interactive else "sdk",
        "turnOrigin": origin,
        "turnPosition": {"promptIndex": turn if who.interactive else 0, "turnIndex": turn},
    }


def system(who: Speaker, mark: Mark, subtype: str, **more: object) -> Record:
    """A `system` record."""
    return {
        "parentUuid": mark.parent,
        "isSidechain": bool(who.agent),
        **who.agent_id,
        "type": "system",
        "subtype": subtype,
        **more,
        **mark.own,
        **who.tail,
    }


def attachment(who: Speaker, mark: Mark, content: Record, rendered: str) -> Record:
    """An `attachment` record: something the CLI told the model."""
    return {
        "parentUuid": mark.parent,
        "isSidechain": bool(who.agent),
        **who.agent_id,
        "attachment": content,
        "type": "attachment",
        **mark.own,
        "rendered": [{"content": rendered}],
        "renderedRole": "system",
        **who.echo,
        **who.tail,
    }


def final_error(who: Speaker, mark: Mark, request_id: str, status: int, name: str) -> Record:
    """The `<synthetic>` answer that ends a call which failed for good: it costs nothing."""
    usage = usage_object(Usage()) | dict.fromkeys(
        ("output_tokens_details", "service_tier", "inference_geo", "iterations", "speed")
    )
    return {
        "parentUuid": mark.parent,
        "isSidechain": bool(who.agent),
        **who.agent_id,
        "type": "assistant",
        **mark.own,
        "message": {
            "diagnostics": None,
            "id": mark.uuid,
            "container": None,
            "model": "<synthetic>",
            "role": "assistant",
            "stop_details": None,
            "stop_reason": "stop_sequence",
            "stop_sequence": "",
            "type": "message",
            "usage": usage,
            "content": [{"type": "text", "text": f"API Error: {status} {name}"}],
            "context_management": None,
        },
        "requestId": request_id,
        "error": {401: "authentication_failed", 429: "rate_limit"}.get(status, "server_error"),
        "isApiErrorMessage": True,
        "apiErrorStatus": status,
        "apiErrorType": name,
        "perTurnEffort": "medium",
        "failedResponseHadNoToolCall": True,
        "madeBy": "model",
        **who.tail,
    }
