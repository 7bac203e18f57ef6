"""However the bytes come, the book is the same in the end: pictures on the way may differ."""

from random import Random

from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scribe import HOUR, MINUTE
from world import File, World, differences

chances = st.randoms(use_true_random=False)
often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Telling:
    """One way to give a story's files to a book: in any order, cut, repeated, looked at between."""

    def __init__(self, story: Story) -> None:
        self.world = World()
        self.story = story

    def straight(self) -> World:
        for thread in self.story.threads:
            self.world.feed_bytes(thread.data, self.world.file(thread.session, thread.agent))
        for (session, agent), told in self.story.metas.items():
            self.world.tell(session, agent, **told)
        self.world.book.apply_spool(self.story.spool)
        return self.world

    def crooked(self, chance: Random) -> World:
        open_: list[tuple[File, list[bytes]]] = []
        threads = list(self.story.threads)
        chance.shuffle(threads)
        for thread in threads:
            file = self.world.file(thread.session, thread.agent)
            whole = thread.data.splitlines(keepends=True)
            # What was read is read again: the file was replaced, by itself or a longer one.
            parts = [chance.randrange(len(whole) + 1) for _ in range(chance.choice((0, 0, 1, 2)))]
            open_ += [(file, pieces(whole[:end], chance)) for end in (*parts, len(whole))]
        metas = list(self.story.metas.items())
        heard = [*self.story.spool, *chance.sample(self.story.spool, len(self.story.spool) // 2)]
        chance.shuffle(heard)
        begun: set[int] = set()
        while open_ or metas or heard:
            if heard and (not (open_ or metas) or not chance.randrange(3)):
                count = chance.randint(1, len(heard))
                self.world.book.apply_spool(heard[:count])
                del heard[:count]
                continue
            if metas and (not open_ or not chance.randrange(6)):
                (session, agent), told = metas.pop(chance.randrange(len(metas)))
                self.world.tell(session, agent, **told)
                continue
            self._give(open_, begun, chance)
            if not chance.randrange(5):
                self.world.paint(self.story.now - chance.randrange(3 * HOUR))
        return self.world

    def _give(self, open_: list[tuple[File, list[bytes]]], begun: set[int], chance: Random) -> None:
        number = chance.randrange(len(open_))
        file, left = open_[number]
        number = next(i for i, (other, _) in enumerate(open_) if other is file)
        left = open_[number][1]
        if left and id(left) not in begun:
            begun.add(id(left))
            if file.size:
                self.world.reset(file)
        if left:
            self.world.feed_bytes(left.pop(0), file)
        if not left:
            del open_[number]


def pieces(lines: list[bytes], chance: Random) -> list[bytes]:
    """Whole lines, some of them together."""
    found: list[bytes] = []
    while lines:
        count = chance.randint(1, len(lines))
        found.append(b"".join(lines[:count]))
        lines = lines[count:]
    return found


@given(families, chances)
@often
def test_order_chunks_and_repetition_make_no_difference(story: Story, chance: Random) -> None:
    straight, crooked = Telling(story).straight(), Telling(story).crooked(chance)
    for now in (story.now + MINUTE, story.now + 24 * HOUR):
        assert differences(straight.picture(now), crooked.picture(now)) == []
        assert crooked.paint(now).fleet == straight.paint(now).fleet
