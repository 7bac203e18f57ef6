"""The filter, where the hints usually stand."""

from textual.widgets import Input

HINT = "text  status:busy  project:web  model:opus  !not"


class FilterField(Input):
    """One line to type the filter into; it takes effect with every key."""

    def __init__(self, text: str, hint: str = HINT) -> None:
        super().__init__(text, placeholder=hint, compact=True, select_on_focus=False, id="filter")
