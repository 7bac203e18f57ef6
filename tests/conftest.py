"""What all tests share: the option that writes goldens anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write the golden files anew, to be looked at with git diff",
    )
