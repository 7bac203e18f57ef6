"""Reading everything once, with all there is: this process and the workers of a crew."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cctop.engine.reader import Reader

if TYPE_CHECKING:
    from cctop.engine.crew import Crew


def read_all(reader: Reader, crew: "Crew | None", on_step: Callable[[], None]) -> None:
    """Read and fold everything that `reader` has found; `on_step` is called now and then.

    What the crew has not begun is read here as well, from its far end.
    """

    def read(files: list[int]) -> None:
        for file in files:
            for events in reader.decode_file(file):
                reader.take(events)
                if crew is not None:
                    crew.turn()
                on_step()

    read([file for file, _ in reader.follower.waiting()])
    while crew is not None:
        if (job := crew.next_own()) is not None:
            reader.follower.take_back(job.numbers)
            read(job.numbers)
        elif not crew.turn(None):
            break
        on_step()
    # What was given back meanwhile.
    read([file for file, _ in reader.follower.waiting()])
