"""The sessions that have ended, today and on the days before."""

from cctop.demo import cast
from cctop.demo.improv import Ask
from cctop.demo.roles.role import HAIKU, OPUS, SONNET, Role
from cctop.events import FailureKind

_DAY = 24 * 60

API_FORK = Role(
    project=cast.API,
    model=OPUS,
    title="Same, but with Postgres advisory locks",
    began=292,
    ended=262,
    growth=3_000,
    effort="high",
    asks=(
        Ask(prompt="Try it with Postgres advisory locks instead of Redis", beats=10),
        Ask(prompt="Compare the latency of both", beats=6, mishaps=(FailureKind.ERROR,)),
    ),
)

SHOP_MORNING = Role(
    project=cast.SHOP,
    model=SONNET,
    title="Move the storefront to React Router 8",
    began=396,
    ended=268,
    growth=13_200,
    asks=(
        Ask(prompt="Plan the move to React Router 8", beats=10),
        Ask(prompt="Do it route by route, test after each", beats=24, failing=0.04),
        Ask(prompt="Next: the loaders", beats=22),
        Ask(prompt="Clean up what is unused", beats=10),
    ),
)

INFRA = Role(
    project=cast.INFRA,
    model=OPUS,
    title="Kubernetes 1.34 on staging",
    began=330,
    ended=236,
    growth=11_000,
    mode="plan",
    asks=(
        Ask(prompt="What stands between us and Kubernetes 1.34?", beats=12),
        Ask(
            prompt="Prepare staging",
            beats=18,
            mishaps=(FailureKind.DENIED, FailureKind.ERROR),
        ),
        Ask(prompt="Give the gateway more memory, it was killed twice last night", beats=13),
    ),
)

NOTES = Role(
    project=cast.DOCS,
    model=HAIKU,
    title="",
    began=95,
    ended=92,
    growth=1_500,
    mode="bypassPermissions",
    entrypoint="sdk-cli",
    asks=(Ask(prompt="Write the release notes for v4.12.0 from the merged PRs", beats=6),),
)

EARLIER = (
    Role(
        project=cast.SHOP,
        model=SONNET,
        title="Product pages load 40 % faster",
        began=_DAY + 190,
        ended=_DAY + 60,
        growth=5_000,
        asks=(
            Ask(prompt="Why do product pages take 3 s on a phone?", beats=16),
            Ask(prompt="Do the three that help most", beats=20, failing=0.05),
        ),
    ),
    Role(
        project=cast.INFRA,
        model=OPUS,
        title="Spot nodes drain too slowly",
        began=_DAY + 340,
        ended=_DAY + 280,
        growth=4_200,
        asks=(Ask(prompt="Nodes take nine minutes to drain, find out why", beats=18),),
    ),
    Role(
        project=cast.API,
        model=OPUS,
        title="Rate limits per tenant",
        began=6 * _DAY + 300,
        ended=6 * _DAY + 140,
        growth=6_500,
        asks=(
            Ask(prompt="Rate limits are global, make them per tenant", beats=22),
            Ask(prompt="Load test it", beats=12, mishaps=(FailureKind.ERROR,)),
        ),
    ),
    Role(
        project=cast.DOCS,
        model=HAIKU,
        title="Error reference",
        began=5 * _DAY + 200,
        ended=5 * _DAY + 170,
        growth=1_800,
        asks=(Ask(prompt="Make a page of all error codes", beats=9),),
    ),
)
