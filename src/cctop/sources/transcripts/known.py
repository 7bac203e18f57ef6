"""The kinds of records that are known, read or passed over on purpose.

The list is that of Claude Code 2.1.330, and of what older versions left on disks (`progress`).
cctop stumbles over no kind that is not here: it is one that nobody has looked at yet.
"""

TYPES = frozenset({
    "agent-color", "agent-name", "agent-setting", "ai-title", "api-request", "api-request-blob",
    "api-request-resumed", "api-request-shape", "artifact-autoreact-ledger",
    "artifact-comment-monitor", "assistant", "atis-latch", "attachment", "attribution-snapshot",
    "bridge-session", "content-replacement", "continued-in", "cost-state", "custom-title",
    "data-flow-incomplete", "data-flow-records", "derived-from", "dev-mods", "ended-by-model",
    "file-history-delta", "file-history-snapshot", "fork-context-ref", "frame-link",
    "history-suppression", "host-row", "hybrid-organization", "isolation-latch", "last-prompt",
    "memory-mode", "mode", "observer-ref", "permission-mode", "pr-link", "progress",
    "queue-operation", "relocated", "repl-mode", "resume-head-vouch", "result", "session-owner",
    "started", "summary", "system", "tag", "tools-used", "user", "worktree-state",
})  # fmt: skip
"""Values of `type`."""

SUBTYPES = frozenset({
    "agents_killed", "api_error", "away_summary", "bridge_status", "checkpoint_done",
    "code_change_published", "compact_boundary", "feedback_draft_queued",
    "file_attachments_missing", "file_snapshot", "informational", "instruction_size_warning",
    "local_command", "memory_recall", "memory_saved", "microcompact_boundary", "model_fallback",
    "model_consent_fallback", "model_refusal_fallback", "model_refusal_no_fallback",
    "notification", "peer_message_hold", "per_turn_effort_changed", "permission_denied",
    "permission_retry", "post_turn_summary", "scheduled_task_fire", "session_writes_lost",
    "stop_hook_summary", "task_notification", "task_summary", "thinking_tokens", "turn_duration",
    "turn_preempted", "vcs_state_changed",
})  # fmt: skip
"""Values of `subtype` in records of the type `system`."""


def unknown(type: str | None, subtype: str | None) -> str:  # noqa: A002 - as the field is called
    """Return the name of a kind that is not known: `type`, or `system/subtype`; else ""."""
    if type is not None and type not in TYPES:
        return type
    return f"system/{subtype}" if type == "system" and subtype and subtype not in SUBTYPES else ""
