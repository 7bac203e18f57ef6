"""What the project says of itself, held against what it is.

Import walls are the business of `.importlinter`; here is what it cannot see.
"""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.color import Color, ColorParseError

from cctop import __version__
from cctop.cli import build_parser
from cctop.ui.keys import ACTIONS, shown
from cctop.ui.styles import SHEETS, TOKENS
from make_docs import pages
from make_prices import text as ready_prices

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
MODULES = sorted(SOURCE.rglob("*.py"))
HEAVY = {"textual", "rich", "genai_prices", "watchfiles", "pydantic", "asyncio"}


def text(name: str) -> str:
    """A file of the project."""
    return (ROOT / name).read_text("utf-8")


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """What is imported: the module, and the names taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, []
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", [alias.name for alias in node.names]


def at_start(path: Path) -> Iterator[tuple[str, list[str]]]:
    """What importing a module imports: not what stands in functions or is for type checkers."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If):
            yield from imports(node)


class TestImports:
    def test_the_command_line_starts_without_anything_heavy(self) -> None:
        files = {name_of(path): path for path in MODULES}
        reached: set[str] = set()
        waiting = ["cctop.__main__"]
        while waiting:
            module = waiting.pop()
            if module in reached:
                continue
            reached.add(module)
            if module in files:
                for name, taken in at_start(files[module]):
                    waiting += [name, *(f"{name}.{part}" for part in taken)]
        assert "argparse" in reached
        assert not HEAVY & {name.partition(".")[0] for name in reached}
        assert not [name for name in reached if re.match(r"cctop\.(ui|demo|engine|report)\b", name)]

    def test_what_is_imported_is_a_declared_dependency_and_the_other_way_round(self) -> None:
        found = {
            name.partition(".")[0]
            for path in MODULES
            for name, _ in imports(ast.parse(path.read_text("utf-8")))
        }
        named = [re.split(r"[=<>~]", line)[0] for line in PROJECT["project"]["dependencies"]]
        declared = {name.replace("-", "_") for name in named}
        standard = {*__import__("sys").stdlib_module_names, "cctop"}
        assert found - standard == declared


class TestMetadata:
    def test_every_python_that_is_promised_is_tested(self) -> None:
        classifiers = PROJECT["project"]["classifiers"]
        promised = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers))
        tested = re.search(r"python: \[(.*)\]", text(".github/workflows/ci.yml"))
        assert tested is not None
        assert re.findall(r"3\.\d+", tested[1]) == promised
        assert PROJECT["project"]["requires-python"] == f">={promised[0]}"
        assert PROJECT["tool"]["mypy"]["python_version"] == promised[0]
        assert PROJECT["tool"]["ruff"]["target-version"] == f"py{promised[0].replace('.', '')}"

    def test_the_changelog_begins_with_this_version(self) -> None:
        versions = re.findall(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
        assert versions[0] == __version__

    def test_the_tests_need_the_build_backend_that_builds_the_wheel(self) -> None:
        assert PROJECT["build-system"]["requires"][0] in PROJECT["dependency-groups"]["dev"]


class TestStyles:
    def test_every_style_sheet_is_loaded(self) -> None:
        assert {path.stem for path in ROOT.glob("styles/*")} == {TOKENS, *SHEETS}

    @pytest.mark.parametrize("sheet", SHEETS)
    def test_colours_come_from_the_tokens_alone(self, sheet: str) -> None:
        rules = re.sub(r"/\*.*?\*/", "", text(f"styles/{sheet}.tcss"), flags=re.DOTALL)
        values = re.findall(r":([^;{}]+);", rules)
        words = {word for value in values for word in value.split()}
        assert not {word for word in words if is_colour(word)}


def is_colour(word: str) -> bool:
    """Whether a word of a style sheet names a colour outright."""
    try:
        Color.parse(word)
    except ColorParseError:
        return False
    return word not in {"transparent", "auto"}


def links(page: str) -> list[str]:
    """The targets of all links and pictures of a page that lie in this project."""
    targets = re.findall(r"\]\(([^)\s]+)\)|src(?:set)?=\"([^\"]+)\"", page)
    found = [a or b for a, b in targets]
    return [target for target in found if not target.startswith(("http://", "https://"))]


def anchors(page: str) -> set[str]:
    """The anchors that a page's headings make."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def examples(page: str) -> list[str]:
    """The command lines of cctop that a page shows in its blocks of code."""
    blocks = re.findall(r"```(?:console|sh|bash|shell)\n(.*?)```", page, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    found = [re.search(r"^(?:\$ |\./scripts/)?(?=cctop\b)(?:cctop)(.*)$", line) for line in lines]
    return [match[1] for match in found if match and not match[1].startswith(":")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
class TestPages:
    def test_every_link_leads_somewhere(self, path: Path) -> None:
        for link in links(path.read_text("utf-8")):
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.exists(), link
            if anchor:
                assert anchor in anchors(target.read_text("utf-8")), link

    def test_every_command_shown_is_understood(self, path: Path) -> None:
        for line in examples(path.read_text("utf-8")):
            words = shlex.split(line, comments=True)
            pipe = next((i for i, word in enumerate(words) if word in {"|", ">", "&&"}), len(words))
            build_parser().parse_args(words[:pipe])


class TestDocs:
    def test_the_index_names_every_page(self) -> None:
        pages = {path.name for path in ROOT.glob("docs/*") if path.name != "README.md"}
        assert {link.partition("#")[0] for link in links(text("docs/README.md"))} >= pages

    @pytest.mark.parametrize("name", pages())
    def test_pages_made_from_the_code_are_up_to_date(self, name: str) -> None:
        assert text(f"docs/{name}") == pages()[name], f"docs/{name} is stale: run `just docs`"

    def test_the_prices_that_lie_ready_are_what_the_library_says(self) -> None:
        ready = text("src/cctop/prices/known.json")
        assert ready == ready_prices(), "known.json is stale: run `just prices`"

    def test_every_environment_variable_is_documented(self) -> None:
        used = {
            name
            for path in MODULES
            for name in re.findall(r"CCTOP_[A-Z_]+", path.read_text("utf-8"))
        }
        assert used
        assert used <= set(re.findall(r"CCTOP_[A-Z_]+", text("docs/configuration.md")))
        for_tests = {
            name
            for path in ROOT.glob("tests/**/*.py")
            for name in re.findall(r"\"(CCTOP_(?:LAB|CORPUS)\w*)\"", path.read_text("utf-8"))
        }
        assert for_tests <= set(re.findall(r"CCTOP_[A-Z_]+", text("CONTRIBUTING.md")))

    def test_the_keys_in_the_readme_are_keys(self) -> None:
        table = re.findall(r"^\| keys \|.*?\n\n", text("README.md"), re.DOTALL | re.MULTILINE)
        cells = re.findall(r"^\| (`.+?) \|", table[0], re.MULTILINE)
        named = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
        assert len(named) > 10
        assert named <= {shown([key]) for action in ACTIONS for key in action.keys}

    def test_the_map_has_every_room_and_no_other(self) -> None:
        page = text("CONTRIBUTING.md")
        (drawn,) = re.findall(r"```text\nsrc/cctop/\n(.*?)```", page, re.DOTALL)
        named = {name for line in drawn.splitlines() for name in re.findall(r"^  (\w+)", line)}
        rooms = {path.stem for path in (SOURCE / "cctop").iterdir() if path.suffix in {"", ".py"}}
        assert named == rooms - {"__init__", "__pycache__", "__main__"}

    def test_every_just_command_shown_is_one(self) -> None:
        recipes = set(re.findall(r"^([a-z]+)(?: \*ARGS)?:$", text("justfile"), re.MULTILINE))
        shown = set(re.findall(r"^just ([a-z]+)", text("CONTRIBUTING.md"), re.MULTILINE))
        assert shown == recipes

    def test_every_picture_is_shown_somewhere_and_is_there_in_both_forms(self) -> None:
        svg = {path.stem for path in ROOT.glob("screenshots/*.svg")}
        assert svg == {path.stem for path in ROOT.glob("screenshots/*.png")}
        pages = "\n".join(path.read_text("utf-8") for path in PAGES)
        assert svg == set(re.findall(r"screenshots/([\w-]+)\.(?:svg|png)", pages))
