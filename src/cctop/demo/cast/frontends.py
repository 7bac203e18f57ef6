"""The projects that people see: a shop, a phone app and the documentation."""

from cctop.demo.cast.project import Change, Command, Project

SHOP = Project(
    name="storefront",
    branch="main",
    files={
        "app/checkout/CartSummary.tsx": (
            "export function CartSummary({ lines, currency }: Props) {\n"
            "  const total = useMemo(() => sum(lines), [lines]);\n"
            "  return <Total value={total} currency={currency} />;\n}"
        ),
        "app/checkout/usePromo.ts": (
            "export function usePromo(code: string | null) {\n"
            '  return useQuery(["promo", code], () => fetchPromo(code), { enabled: !!code });\n}'
        ),
        "app/lib/money.ts": (
            "export const format = (cents: number, currency: string) =>\n"
            '  new Intl.NumberFormat(locale(), { style: "currency", currency })\n'
            "    .format(cents / 100);"
        ),
        "app/routes/product.$slug.tsx": "export async function loader({ params }: LoaderArgs) {}",
        "e2e/checkout.spec.ts": (
            'test("a promo code lowers the total", async ({ page }) => {\n'
            '  await page.goto("/cart");\n});'
        ),
        "tailwind.config.ts": 'export default { content: ["./app/**/*.tsx"] };',
    },
    changes=(
        Change(
            "app/checkout/CartSummary.tsx",
            "  const total = useMemo(() => sum(lines), [lines]);",
            "  const promo = usePromo(code);\n"
            "  const total = useMemo(() => sum(lines) - discount(promo), [lines, promo]);",
        ),
        Change("app/lib/money.ts", "cents / 100", "cents / minorUnits(currency)"),
        Change(
            "e2e/checkout.spec.ts",
            '  await page.goto("/cart");',
            '  await page.goto("/cart");\n  await page.getByLabel("Promo code").fill("SPRING");',
        ),
    ),
    commands=(
        Command("pnpm vitest run app/checkout", "Run unit tests", "Tests  38 passed (38)", 6_500),
        Command("pnpm tsc --noEmit", "Check types", "", 11_000),
        Command("pnpm eslint app/checkout", "Lint", "", 4_000),
        Command("git log --oneline -5", "Look at history", "9f3c1e2 Cart: keep the promo code", 90),
        Command("rg -n 'cents / 100' app", "Find uses", "app/lib/money.ts:2", 150),
    ),
    failing=(
        Command(
            "pnpm playwright test e2e/checkout.spec.ts",
            "Run the browser test",
            "Exit code 1\n1) checkout.spec.ts:14 › a promo code lowers the total\n"
            "   Timed out 5000ms waiting for expect(locator).toHaveText()",
            24_000,
        ),
        Command(
            "pnpm build",
            "Build",
            "Exit code 2\napp/checkout/CartSummary.tsx(9,31): error TS2554: Expected 2 arguments",
            18_000,
        ),
    ),
    blocked=Command("rm -rf node_modules", "Start afresh", "[guard]: rm -rf needs a person"),
    says=(
        "Yen has no minor unit, so dividing by 100 is wrong there.",
        "The hook refetches on every keystroke; I'll debounce the code instead.",
        "The summary re-renders because `lines` is a new array each time.",
        "That matches the design: the discount has its own line.",
        "I'll keep the old prop for now, the admin app still uses it.",
    ),
)


MOBILE = Project(
    name="mobile-app",
    branch="chore/expo-upgrade",
    files={
        "app.config.ts": 'export default { name: "Pocket", newArchEnabled: true };',
        "src/push/register.ts": (
            "export async function register(): Promise<Token | null> {\n"
            "  const { status } = await Notifications.requestPermissionsAsync();\n"
            '  return status === "granted" ? getToken() : null;\n}'
        ),
        "ios/Podfile": "platform :ios, min_ios_version_supported\nprepare_react_native_project!",
        "src/screens/Inbox.tsx": "export function Inbox() {\n  const { data } = useInbox();\n}",
        "package.json": '{ "name": "pocket", "dependencies": { "expo": "~56.0.0" } }',
    },
    changes=(
        Change("app.config.ts", "newArchEnabled: true", 'newArchEnabled: true, scheme: "pocket"'),
        Change(
            "src/push/register.ts",
            '  return status === "granted" ? getToken() : null;',
            "  if (!Device.isDevice) return null;\n"
            '  return status === "granted" ? getToken() : null;',
        ),
        Change("ios/Podfile", "min_ios_version_supported", "'16.4'"),
    ),
    commands=(
        Command("npx expo-doctor", "Check the setup", "17/17 checks passed.", 8_000),
        Command(
            "npx expo install --check", "Compare versions", "Dependencies are up to date", 5_000
        ),
        Command("npx tsc --noEmit", "Check types", "", 9_500),
        Command("npx jest src/push", "Run the tests", "Tests: 11 passed, 11 total", 6_000),
    ),
    failing=(
        Command(
            "npx expo prebuild --clean",
            "Make the native projects",
            "Exit code 1\n✖ Config plugin withPush: AppDelegate.swift has no didFinishLaunching",
            14_000,
        ),
        Command(
            "xcodebuild -scheme Pocket -sdk iphonesimulator build",
            "Build for the simulator",
            "Exit code 65\nerror: Sandbox: rsync deny(1) file-write-create Pods-Pocket.sh",
            58_000,
        ),
    ),
    blocked=Command("eas submit -p ios", "Submit", "[store-guard]: submissions need a person"),
    says=(
        "Expo 56 moved the notification handler; the plugin still looks for the old one.",
        "The simulator has no push token, so `register` must not wait for one.",
        "The Pods are from the last SDK. They have to be installed anew.",
    ),
)


DOCS = Project(
    name="docs-site",
    branch="main",
    files={
        "content/guides/webhooks.mdx": "# Webhooks\n\nEvery event is signed with your secret.",
        "content/reference/errors.mdx": "# Errors\n\n| code | meaning |\n|---|---|",
        "content/changelog/2026-11.mdx": "# November 2026",
        "astro.config.mjs": "export default defineConfig({ integrations: [mdx()] });",
    },
    changes=(
        Change(
            "content/guides/webhooks.mdx",
            "Every event is signed with your secret.",
            "Every event is signed with your secret, and the signature covers the timestamp.",
        ),
        Change("content/reference/errors.mdx", "| code | meaning |", "| code | meaning | retry |"),
    ),
    commands=(
        Command("npm run build", "Build the site", "142 page(s) built in 9.31s", 9_300),
        Command("npx lychee content", "Check links", "1,204 OK, 0 errors", 12_000),
        Command("rg -n 'X-Signature' content", "Find uses", "content/guides/webhooks.mdx:31", 90),
    ),
    failing=(
        Command(
            "npx lychee content/reference",
            "Check links",
            "Exit code 2\n[404] https://docs.example.com/reference/limits",
            7_000,
        ),
    ),
    blocked=Command("netlify deploy --prod", "Deploy", "[deploy-guard]: main deploys by itself"),
    says=(
        "The reference says 5 minutes, the guide says 10. The code has 5.",
        "Links are fine again.",
    ),
)
