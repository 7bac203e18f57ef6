"""Believable work: beats for a prompt, drawn from what a project has.

A turn begins with looking, goes on with changes and ends with checks, as real ones do.
"""

from random import Random

from msgspec import Struct

from cctop.demo import acts
from cctop.demo.acts import Act, Beat, Errand, Turn
from cctop.demo.cast import Project
from cctop.events import FailureKind

_DONE = "Done. The change is in and the checks pass; nothing else uses the old way."


class Brief(Struct, frozen=True, kw_only=True):
    """What a subagent is to find out, in `beats` responses; `helper` is a subagent of its own."""

    kind: str
    description: str
    prompt: str
    report: str
    beats: int = 8
    model: str = "claude-haiku-5-5"
    pace: float = 1.0
    helper: "Brief | None" = None


class Ask(Struct, frozen=True, kw_only=True):
    """A prompt to come: how many responses it takes and what goes wrong on the way.

    `failing` is the share of calls that fail by themselves; `mishaps` come besides, one a beat.
    An `interrupted` turn ends with Esc while a command runs.
    """

    prompt: str
    beats: int = 8
    failing: float = 0.02
    mishaps: tuple[FailureKind, ...] = ()
    briefs: tuple[Brief, ...] = ()
    interrupted: bool = False
    ends_with: str = _DONE


def turn(dice: Random, project: Project, ask: Ask) -> Turn:
    """All beats of one turn."""
    beats = [_beat(dice, project, place / ask.beats, ask.failing) for place in range(ask.beats - 1)]
    for place, kind in enumerate(ask.mishaps, len(beats) // 3):
        beats[place] = Beat(acts=(_mishap(dice, project, kind),), latency_ms=5_000)
    if ask.briefs:
        says = "I'll have this looked at from several sides."
        errands = tuple(errand(dice, project, brief) for brief in ask.briefs)
        beats.insert(1, Beat(says=says, acts=errands, thinks=True))
    if ask.interrupted:
        beats.append(Beat(acts=(_mishap(dice, project, FailureKind.INTERRUPTED),)))
    else:
        beats.append(Beat(says=ask.ends_with, latency_ms=6_000))
    return Turn(prompt=ask.prompt, beats=tuple(beats), interrupted=ask.interrupted)


def errand(dice: Random, project: Project, brief: Brief) -> Errand:
    """A subagent's whole work; its own helper is asked when it is half through."""
    count = brief.beats
    work = [_beat(dice, project, place / count / 2, 0.0) for place in range(count - 1)]
    if brief.helper:
        helper = errand(dice, project, brief.helper)
        work[count // 2] = Beat(acts=(helper,), latency_ms=3_000)
    return Errand(
        kind=brief.kind,
        description=brief.description,
        prompt=brief.prompt,
        model=brief.model,
        report=brief.report,
        beats=(*work, Beat(says=brief.report, latency_ms=4_000)),
        pace=brief.pace,
    )


def _beat(dice: Random, project: Project, progress: float, failing: float) -> Beat:
    acts_now = [_act(dice, project, progress, failing)]
    if progress < 0.4 and dice.random() < 0.3:
        acts_now.append(_look(dice, project))
    return Beat(
        says=dice.choice(project.says) if dice.random() < 0.3 else "",
        thinks=dice.random() < 0.22,
        acts=tuple(acts_now),
        latency_ms=dice.randint(2_500, 9_000),
    )


def _act(dice: Random, project: Project, progress: float, failing: float) -> Act:
    if dice.random() < failing:
        return _mishap(dice, project, FailureKind.ERROR)
    if progress < 0.35:
        return _look(dice, project)
    if progress < 0.7 and dice.random() < 0.65:
        change = dice.choice(project.changes)
        return acts.edit(f"{project.cwd}/{change.file}", change.old, change.new)
    command = dice.choice(project.commands)
    return acts.bash(command.run, command.why, command.prints, command.takes_ms)


def _look(dice: Random, project: Project) -> Act:
    file = dice.choice(list(project.files))
    return acts.read(f"{project.cwd}/{file}", project.files[file])


def _mishap(dice: Random, project: Project, kind: FailureKind) -> Act:
    if kind is FailureKind.ERROR and dice.random() < 0.2:
        change = dice.choice(project.changes)
        return acts.edit_that_misses(f"{project.cwd}/{change.file}", change.new, change.old)
    command = dice.choice(project.failing) if kind is FailureKind.ERROR else project.blocked
    return acts.bash_that_fails(command.run, command.why, command.prints, command.takes_ms, kind)
