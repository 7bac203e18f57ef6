"""The sessions that are open now: what they did today, are at, and will be asked next."""

from cctop.demo import cast
from cctop.demo.improv import Ask, Brief
from cctop.demo.roles.role import GATEWAY, HAIKU, OPUS, SONNET, SONNET_200K, Request, Role
from cctop.events import FailureKind

AUDIT = (
    Brief(
        kind="Explore",
        description="Find unguarded POST routes",
        prompt="List every POST route that has no idempotency guard.",
        report="Three routes have none: /refunds, /payouts and /mandates.",
        beats=26,
        pace=1.15,
    ),
    Brief(
        kind="general-purpose",
        description="Load test the lock",
        prompt="Send the same request 200 times at once and count the payments.",
        report="One payment, 199 replays. The slowest took 41 ms.",
        beats=11,
        model=SONNET,
        pace=2.6,
        helper=Brief(
            kind="Explore",
            description="Find the load script",
            prompt="Find the script that load tests the gateway.",
            report="It is scripts/load/replay.py; it wants GATEWAY_URL.",
            beats=6,
            pace=1.1,
        ),
    ),
)

REVIEW = Brief(
    kind="code-reviewer",
    description="Review the store",
    prompt="Review src/gateway/store for races.",
    report="One race: release() deletes a key that a second worker may have claimed.",
    beats=8,
    model=SONNET,
)

API_MORNING = Role(
    project=cast.API,
    model=OPUS,
    title="Idempotency keys for payments",
    began=404,
    ended=300,
    growth=10_000,
    effort="high",
    asks=(
        Ask(prompt="Payments are sometimes charged twice. How would we prevent that?", beats=9),
        Ask(prompt="Go with idempotency keys in Redis. Start with the middleware.", beats=14),
        Ask(
            prompt="Now the store, and have it reviewed",
            beats=13,
            briefs=(REVIEW,),
            mishaps=(FailureKind.ERROR,),
        ),
        Ask(prompt="Tests, please, for parallel requests too", beats=12),
    ),
)

API_AFTERNOON = Role(
    project=cast.API,
    model=OPUS,
    title="",
    began=232,
    ended=9,
    growth=7_000,
    effort="high",
    asks=(
        Ask(prompt="Guard /payments with it and run the whole suite", beats=14, failing=0.06),
        Ask(prompt="Document the header in the ADR", beats=7),
        Ask(prompt="Roll it out behind a flag", beats=7, mishaps=(FailureKind.HOOK_BLOCKED,)),
    ),
)

API_NOW = Ask(
    prompt="Which other routes need this, and does the lock hold under load?",
    beats=12,
    briefs=AUDIT,
)

API_NEXT = (
    Ask(prompt="Guard those three as well", beats=8),
    Ask(
        prompt="Is the flag read anywhere else?",
        beats=5,
        briefs=(
            Brief(
                kind="Explore",
                description="Find readers of the flag",
                prompt="Where is the flag idempotency_v1 read?",
                report="In the middleware and in one admin page.",
                beats=12,
            ),
            Brief(
                kind="Explore",
                description="Find its defaults",
                prompt="What is the default of idempotency_v1 in each environment?",
                report="Off everywhere but in staging.",
                beats=9,
            ),
        ),
    ),
)

SHOP = Role(
    project=cast.SHOP,
    model=SONNET_200K,
    title="Promo codes at the checkout",
    began=176,
    ended=9,
    growth=4_700,
    fills_at=167_000,
    asks=(
        Ask(prompt="Add promo codes to the cart, see the design in docs/promo.md", beats=22),
        Ask(prompt="Yen totals are wrong, fix that on the way", beats=17),
        Ask(prompt="Debounce the lookup", beats=14, mishaps=(FailureKind.ERROR,)),
        Ask(prompt="Browser tests for the happy path and an expired code", beats=20, failing=0.05),
        Ask(prompt="The summary flickers on Safari", beats=17),
    ),
)

SHOP_NOW = Ask(prompt="Move the discount to its own line, as in the design", beats=14)

BILLING = Role(
    project=cast.BILLING,
    model=SONNET,
    title="Proration is off by a cent in March",
    began=74,
    ended=4,
    growth=800,
    effort="high",
    asks=(
        Ask(prompt="A customer was charged 28.07 instead of 28.06, find out why", beats=14),
        Ask(prompt="Fix it and make the tests pass in every time zone", beats=24, failing=0.34),
        Ask(prompt="Still red on CI, keep going until it is green", beats=26, failing=0.4),
    ),
)

BILLING_NOW = Ask(
    prompt="And in America/Sao_Paulo?",
    beats=6,
    mishaps=(FailureKind.ERROR, FailureKind.ERROR),
)

MOBILE = Role(
    project=cast.MOBILE,
    model=OPUS,
    title="Upgrade to Expo 56",
    began=142,
    ended=5,
    growth=4_500,
    asks=(
        Ask(prompt="Upgrade to Expo 56 and fix what breaks", beats=21, failing=0.05),
        Ask(prompt="Push registration hangs in the simulator", beats=11, interrupted=True),
        Ask(prompt="Don't build for a device, the simulator is enough", beats=6),
    ),
)

POD_INSTALL = Request(
    ask=Ask(prompt="Now make the iOS build pass", beats=7),
    command=cast.Command(
        "rm -rf ios/Pods ios/build && npx pod-install",
        "Install the pods anew",
        "Pod installation complete! 94 pods installed.",
        9_000,
    ),
    wait_ms=112_000,
)

DOCS = Role(
    project=cast.DOCS,
    model=HAIKU,
    title="Webhook signatures in the guide",
    began=55,
    ended=9,
    growth=1_700,
    fills_at=97_000,  # Haiku's price rises fivefold above 100k
    effort="low",
    asks=(
        Ask(prompt="The webhook guide does not say how to verify signatures", beats=9),
        Ask(prompt="Check all links", beats=6, mishaps=(FailureKind.ERROR,)),
    ),
)

DOCS_NEXT = (
    Ask(prompt="Add a Python example beside the curl one", beats=11),
    Ask(prompt="Shorter, please", beats=7),
)

ETL = Role(
    project=cast.ETL,
    model=GATEWAY,
    title="Cut the cost of the orders load",
    began=116,
    ended=24,
    growth=3_200,
    asks=(
        Ask(prompt="The hourly orders load scans 1.9 TB. Why?", beats=9),
        Ask(prompt="Partition it by day and prove that the result is the same", beats=12),
    ),
)

ETL_NEXT = (Ask(prompt="Backfill the last three days", beats=24, failing=0.1),)
