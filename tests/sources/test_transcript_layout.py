import pytest
from trees import SESSION, SLUG

from cctop.sources.transcripts.layout import Kind, classify, first_session, look_in

SUB = f"{SLUG}/{SESSION}/subagents"


@pytest.mark.parametrize(
    ("path", "kind", "session", "agent"),
    [
        (f"{SLUG}/{SESSION}.jsonl", Kind.MAIN, SESSION, ""),
        (f"{SLUG}/renamed by hand.jsonl", Kind.MAIN, "renamed by hand", ""),
        (f"{SLUG}/a.b.jsonl", Kind.MAIN, "a.b", ""),
        (f"{SLUG}/agents.jsonl", Kind.MAIN, "agents", ""),
        (f"{SLUG}/agent-0badcafe.jsonl", Kind.SUBAGENT, "", "0badcafe"),
        (f"{SUB}/agent-a1.jsonl", Kind.SUBAGENT, SESSION, "a1"),
        (f"{SUB}/agent-a1.meta.json", Kind.META, SESSION, "a1"),
        (f"{SUB}/agent-acompact-77.jsonl", Kind.SUBAGENT, SESSION, "acompact-77"),
        (f"{SUB}/workflows/wf_1/agent-a2.jsonl", Kind.SUBAGENT, SESSION, "a2"),
        (f"{SUB}/workflows/wf_1/deep/er/agent-a3.meta.json", Kind.META, SESSION, "a3"),
    ],
)
def test_transcripts_of_every_layout(path: str, kind: Kind, session: str, agent: str) -> None:
    layout = classify("/root", path.split("/"))
    assert layout is not None
    assert layout.kind is kind
    assert (layout.root, layout.slug) == ("/root", SLUG)
    assert (layout.session, layout.agent) == (session, agent)


@pytest.mark.parametrize(
    "path",
    [
        "history.jsonl",
        f"{SLUG}/.jsonl",
        f"{SLUG}/agent-.jsonl",
        f"{SLUG}/agent-a1.meta.json",  # whose session could not be told
        f"{SLUG}/{SESSION}.jsonl.bak",
        f"{SLUG}/{SESSION}.json",
        f"{SLUG}/{SESSION}/x.jsonl",
        f"{SLUG}/{SESSION}/agent-a1.jsonl",
        f"{SLUG}/{SESSION}/tool-results/agent-a1.jsonl",
        f"{SUB}/agent-.jsonl",
        f"{SUB}/agent-a1.json",
        f"{SUB}/workflows/wf_1/journal.jsonl",
        f"{SUB}",
    ],
)
def test_everything_else_is_no_transcript(path: str) -> None:
    assert classify("/root", path.split("/")) is None


def test_names_from_the_disk_cannot_drive_the_terminal() -> None:
    layout = classify("/r\x1b[2J", ["-x\x1b]0;t\x07", "s\u202e\x9b.jsonl"])
    assert layout is not None
    assert (layout.root, layout.slug, layout.session) == ("/r", "-x", "s")


def test_a_long_session_name_stays_whole() -> None:
    layout = classify("/r", ["-x", "s" * 249 + ".jsonl"])
    assert layout is not None
    assert layout.session == "s" * 249


def test_only_the_subagents_of_a_session_are_looked_in() -> None:
    assert look_in((), "-x") == ("-x",)
    assert look_in(("-x",), SESSION) == ("-x", SESSION, "subagents")
    assert look_in(("-x", SESSION, "subagents"), "wf") == ("-x", SESSION, "subagents", "wf")


@pytest.mark.parametrize(
    ("lines", "session"),
    [
        (b'{"type":"user","sessionId":"s1"}\n{"sessionId":"s2"}\n', "s1"),
        (b'{"type":"mode"}\n\n[1]\nnull\nnot json\n{"sessionId":7}\n{"sessionId":"s2"}\r\n', "s2"),
        (b'{"sessionId":""}\n{"sessionId":null}\n', ""),
        (b'{"sessionId":"a\xff"}\n{"sessionId":"s3"}\n', "s3"),
        (b'{"sessionId":"\\u001b[31ms4"}\n', "s4"),
        (b"{}\n" * 64 + b'{"sessionId":"too late"}\n', ""),
        (b"", ""),
    ],
)
def test_the_first_session_that_records_name(lines: bytes, session: str) -> None:
    assert first_session(lines) == session
