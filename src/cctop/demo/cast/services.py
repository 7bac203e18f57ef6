"""The projects of the backend: a gateway, billing, a warehouse job and the clusters."""

from cctop.demo.cast.project import Change, Command, Project

API = Project(
    name="api-gateway",
    branch="feat/idempotency-keys",
    files={
        "src/gateway/middleware/idempotency.py": (
            "class IdempotencyMiddleware:\n"
            '    """Replays the stored answer of a request that was seen before."""\n\n'
            "    def __init__(self, app, store, ttl=86_400):\n"
            "        self.app = app\n        self.store = store\n        self.ttl = ttl"
        ),
        "src/gateway/store/redis.py": (
            "class RedisStore:\n    async def claim(self, key, ttl):\n"
            "        return await self.client.set(key, PENDING, nx=True, ex=ttl)"
        ),
        "src/gateway/routes/payments.py": (
            '@router.post("/payments", status_code=201)\n'
            "async def create_payment(body: PaymentIn, user: User = Depends(current_user)):\n"
            "    return await payments.create(body, user)"
        ),
        "src/gateway/errors.py": "class Conflict(HTTPException):\n    status_code = 409",
        "tests/test_idempotency.py": (
            "async def test_second_request_gets_the_first_answer(client):\n"
            '    one = await client.post("/payments", json=BODY, headers=KEY)\n'
            '    two = await client.post("/payments", json=BODY, headers=KEY)\n'
            "    assert one.json() == two.json()"
        ),
        "pyproject.toml": '[project]\nname = "api-gateway"\nrequires-python = ">=3.12"',
        "docs/adr/0014-idempotency.md": "# 14. Idempotency keys\n\nStatus: proposed",
    },
    changes=(
        Change(
            "src/gateway/middleware/idempotency.py",
            "        self.ttl = ttl",
            "        self.ttl = ttl\n        self.lock_timeout = 30",
        ),
        Change(
            "src/gateway/store/redis.py",
            "        return await self.client.set(key, PENDING, nx=True, ex=ttl)",
            "        won = await self.client.set(key, PENDING, nx=True, ex=ttl)\n"
            "        return bool(won)",
        ),
        Change(
            "src/gateway/routes/payments.py",
            "async def create_payment(",
            '@idempotent(scope="payments")\nasync def create_payment(',
        ),
        Change(
            "tests/test_idempotency.py",
            "    assert one.json() == two.json()",
            "    assert one.json() == two.json()\n"
            '    assert two.headers["Idempotent-Replayed"] == "true"',
        ),
    ),
    commands=(
        Command("uv run pytest -q tests/test_idempotency.py", "Run the tests", "7 passed in 1.84s"),
        Command("rg -n 'Idempotency-Key' src", "Find uses", "src/gateway/errors.py:41: header"),
        Command("uv run ruff check src", "Lint", "All checks passed!", 900),
        Command("git diff --stat", "See what changed", " 4 files changed, 61 insertions(+)", 120),
        Command("uv run mypy src", "Check types", "Success: no issues found in 84 files", 9_000),
        Command("docker compose up -d redis", "Start Redis", "Container redis-1  Started", 3_500),
    ),
    failing=(
        Command(
            "uv run pytest -q tests",
            "Run all tests",
            "Exit code 1\nFAILED tests/test_payments.py::test_refund_twice - assert 409 == 201\n"
            "1 failed, 212 passed in 31.02s",
            31_000,
        ),
        Command(
            "uv run alembic upgrade head",
            "Migrate the database",
            "Exit code 1\nsqlalchemy.exc.OperationalError: connection refused (localhost:5432)",
        ),
    ),
    blocked=Command("git push --force", "Push", "[.claude/hooks/no-force.sh]: force push denied"),
    says=(
        "The middleware claims the key before the handler runs, so a crash leaves it pending.",
        "Redis gives us the lock for free with SET NX; I'll build on that.",
        "I'll add a test for two requests that arrive at the same moment.",
        "The 409 is right here: same key, different body.",
        "Now the store needs a way to release a claim when the handler raises.",
    ),
)


BILLING = Project(
    name="billing",
    branch="fix/proration-dst",
    files={
        "src/proration.ts": (
            "export function prorate(plan: Plan, from: Date, to: Date): Cents {\n"
            "  const days = differenceInDays(to, from);\n"
            "  return Math.round((plan.cents * days) / daysInMonth(from));\n}"
        ),
        "src/calendar.ts": "export const daysInMonth = (at: Date) => getDaysInMonth(at);",
        "test/proration.test.ts": (
            'it("charges 29 of 31 days over the change to summer time", () => {\n'
            "  expect(prorate(PRO, MARCH_3, APRIL_1)).toBe(2_806);\n});"
        ),
        "src/invoice/lines.ts": "export const lines = (sub: Subscription) => [];",
        "package.json": '{ "name": "billing", "scripts": { "test": "vitest run" } }',
    },
    changes=(
        Change(
            "src/proration.ts",
            "  const days = differenceInDays(to, from);",
            "  const days = differenceInCalendarDays(to, from);",
        ),
        Change("src/calendar.ts", "getDaysInMonth(at)", "getDaysInMonth(inBillingZone(at))"),
        Change("test/proration.test.ts", "toBe(2_806)", "toBe(2_807)"),
    ),
    commands=(
        Command("git diff src/proration.ts", "See the change", "-  differenceInDays", 100),
        Command("rg -n differenceInDays src test", "Find uses", "src/invoice/lines.ts:77", 140),
        Command("TZ=UTC npm test -- proration", "Test in UTC", "Tests  14 passed (14)", 5_200),
    ),
    failing=(
        Command(
            "npm test",
            "Run the tests",
            "Exit code 1\nFAIL test/proration.test.ts > charges 29 of 31 days over the change\n"
            "AssertionError: expected 2807 to be 2806",
            7_800,
        ),
        Command(
            "TZ=Europe/Berlin npm test -- proration",
            "Test in Berlin's time zone",
            "Exit code 1\nFAIL test/proration.test.ts\nAssertionError: expected 2710 to be 2806",
            6_100,
        ),
        Command(
            "npx vitest run test/calendar.test.ts",
            "Run one file",
            "Exit code 1\nNo test files found, exiting with code 1",
            1_900,
        ),
        Command(
            "npx tsc -p .",
            "Check types",
            "Exit code 2\nsrc/calendar.ts(3,49): error TS2304: Cannot find name 'inBillingZone'.",
            5_000,
        ),
    ),
    blocked=Command("npm publish", "Publish", "[release-guard]: releases go through CI"),
    says=(
        "It passes in UTC and fails in Berlin: an hour is missing on 29 March.",
        "Rounding happens twice now; that explains the one cent.",
        "Still one cent off. I'll look at where the month begins.",
        "The fixture was written in local time, which hides the fault.",
    ),
)


ETL = Project(
    name="etl-jobs",
    branch="perf/partitioned-load",
    files={
        "jobs/orders/load.sql": (
            "MERGE INTO analytics.orders AS t\nUSING staging.orders AS s\n"
            "ON t.order_id = s.order_id AND t.day = s.day"
        ),
        "jobs/orders/dag.py": '@dag(schedule="@hourly", catchup=False)\ndef orders(): ...',
        "jobs/common/partitions.py": "def partitions(since: date, until: date) -> list[str]: ...",
        "tests/test_partitions.py": "def test_a_month_has_its_days(): ...",
    },
    changes=(
        Change(
            "jobs/orders/load.sql",
            "ON t.order_id = s.order_id AND t.day = s.day",
            "ON t.day = s.day AND t.order_id = s.order_id AND t.day >= :since",
        ),
        Change("jobs/orders/dag.py", "catchup=False", "catchup=False, max_active_runs=1"),
    ),
    commands=(
        Command("uv run pytest -q", "Run the tests", "64 passed in 7.70s", 7_700),
        Command(
            "bq query --dry_run < jobs/orders/load.sql", "Estimate", "41.2 GB processed", 2_500
        ),
        Command("airflow dags test orders 2026-11-21", "Run it once", "state=success", 34_000),
    ),
    failing=(
        Command(
            "bq query < jobs/orders/load.sql",
            "Try the query",
            "Exit code 1\nQuery error: Unrecognized name: since at [3:52]",
            3_100,
        ),
    ),
    blocked=Command("bq rm -f analytics.orders", "Drop it", "[warehouse]: analytics is read-only"),
    says=(
        "The merge scans every partition: the day has to come first.",
        "41 GB instead of 1.9 TB for the same rows.",
    ),
)


INFRA = Project(
    name="infra",
    branch="main",
    files={
        "envs/prod/eks.tf": 'module "eks" {\n  source  = "../eks"\n  version = "1.33"\n}',
        "modules/eks/nodes.tf": (
            'resource "aws_eks_node_group" "spot" {\n  capacity_type = "SPOT"\n}'
        ),
        "charts/gateway/values.yaml": "replicaCount: 6\nresources:\n  limits:\n    memory: 512Mi",
        "runbooks/node-drain.md": "# Draining a node\n\n1. Cordon it",
    },
    changes=(
        Change("envs/prod/eks.tf", '"1.33"', '"1.34"'),
        Change("charts/gateway/values.yaml", "memory: 512Mi", "memory: 768Mi"),
        Change("modules/eks/nodes.tf", '"SPOT"', '"SPOT"\n  ami_type = "AL2023_x86_64_STANDARD"'),
    ),
    commands=(
        Command("terraform -chdir=envs/prod plan", "Plan", "Plan: 2 to add, 5 to change", 26_000),
        Command("terraform fmt -check -recursive", "Check format", "", 700),
        Command("kubectl get nodes", "See the nodes", "ip-10-2-1-18  Ready  v1.33.4", 1_100),
        Command("helm template charts/gateway", "Render", "kind: Deployment", 900),
    ),
    failing=(
        Command(
            "terraform -chdir=envs/staging validate",
            "Validate",
            'Exit code 1\nError: Unsupported argument: "ami_typ" is not expected here.',
            2_800,
        ),
        Command(
            "kubectl drain ip-10-2-1-18 --timeout=60s",
            "Drain a node",
            "Exit code 1\nerror: cannot evict pod as it would violate its disruption budget",
            60_000,
        ),
    ),
    blocked=Command("terraform apply", "Apply", "[change-window]: prod is frozen until Monday"),
    says=(
        "The node group must move to AL2023 before 1.34.",
        "The gateway was killed for memory twice last night; 512Mi is too tight.",
        "I'll do staging first and compare the plans.",
    ),
)
