"""Why a request has its price: the row of the list, from when on it holds, tier and multiplier."""

from msgspec import Struct

from cctop.prices.rates import Rates

CONFIGURED = "your configuration"
"""The source of a price that the user gave."""


class Quote(Struct, frozen=True, gc=False):
    """The price of one request, with all that it depends on. Rates are in pico-USD a token.

    `row` is the model whose row of the list it is (its canonical name; another one's where the list
    says that two cost the same), `source` the list. The row holds from `since` on, ms since the
    epoch, 0 from ever. `above`: the tier of prompts of more than so many tokens, 0 for the base
    price. `listed` are the rates of that row and tier; times the factor (`times` / `by`, for the
    `fast` mode and for inference in the `us`) they are `rates`.
    """

    row: str
    source: str
    since: int
    above: int
    listed: Rates
    fast: bool
    us: bool
    times: int
    by: int
    rates: Rates

    @property
    def multiplier(self) -> str:
        """The factor in figures, "" where it is one: `×2`, `×1.1`, `×2.2`."""
        if self.times == self.by:
            return ""
        tenths = 10 * self.times // self.by
        return f"×{tenths // 10}" + (f".{tenths % 10}" if tenths % 10 else "")
