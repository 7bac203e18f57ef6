"""What users install: a wheel and a source distribution that hold all that cctop needs."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from cctop import __version__
from cctop.ui.styles import SHEETS, TOKENS

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def build(source: Path, out: Path, *what: str) -> None:
    """Build with the project's own backend, here and now: no network, no environment of its own."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out), *what], cwd=source, check=True
    )


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    out = tmp_path_factory.mktemp("dist")
    build(ROOT, out)
    return out


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return dist / f"cctop-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="module")
def sdist(dist: Path) -> Path:
    return dist / f"cctop-{__version__}.tar.gz"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a fresh environment with the wheel alone; what it depends on is lent by ours."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (libraries,) = home.glob("lib/python*/site-packages")
    (libraries / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin"


def run(command: Path, *arguments: str, home: Path) -> str:
    """The output of a command that must succeed, in a home of its own, away from the sources."""
    done = subprocess.run(
        [command, *arguments],
        capture_output=True,
        check=True,
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        text=True,
    )
    return done.stdout


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_has_the_package_the_styles_and_the_licence(wheel: Path) -> None:
    files = members(wheel)
    modules = {f"cctop/{p.relative_to(ROOT / 'src/cctop')}" for p in ROOT.glob("src/**/*.py")}
    assert modules <= files
    assert {f"cctop/styles/{sheet}.tcss" for sheet in (TOKENS, *SHEETS)} <= files
    assert {"cctop/py.typed", "cctop/prices/known.json"} <= files
    assert f"cctop-{__version__}.dist-info/licenses/LICENSE" in files
    assert {name.split("/")[0] for name in files} == {"cctop", f"cctop-{__version__}.dist-info"}


def test_the_source_distribution_makes_the_same_wheel(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"cctop-{__version__}"
    build(unpacked, tmp_path / "dist", "-t", "wheel")
    assert members(tmp_path / "dist" / wheel.name) == members(wheel)
    assert (unpacked / ".ci/run").is_file()
    assert (unpacked / "tests/test_distribution.py").is_file()


def test_an_installed_cctop_runs_with_its_own_files(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "cctop", "--version", home=tmp_path) == f"cctop {__version__}\n"
    as_module = run(installed / "python", "-m", "cctop", "--version", home=tmp_path)
    assert as_module == f"cctop {__version__}\n"
    config = run(installed / "cctop", "config", "path", home=tmp_path).strip()
    assert Path(config).is_relative_to(tmp_path)
    code = "from cctop.ui.styles import sheets; print(*sheets(), sep='\\n')"
    styles = run(installed / "python", "-c", code, home=tmp_path).splitlines()
    assert len(styles) == len(SHEETS)
    for path in styles:
        assert Path(path).is_relative_to(installed.parent)
        assert Path(path).is_file()
