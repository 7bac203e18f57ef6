"""Secrets: none may pass, and what is none should."""

import re
import re._parser as sre  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.hook.mask import MASKED, is_secret_name, mask, pattern_source

ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

FORMS = [
    "sk-ant-api03-{24}-{24}AA",
    "sk-proj-{40}",
    "sk-{32}",
    "sk_live_{24}",
    "rk_test_{24}",
    "whsec_{32}",
    "ghp_{36}",
    "gho_{36}",
    "github_pat_{22}_{40}",
    "glpat-{20}",
    "glrt-{20}",
    "ya29.{40}",
    "GOCSPX-{28}",
    "xoxb-123456789012-123456789012-{24}",
    "xapp-1-A012-{40}",
    "npm_{36}",
    "pypi-AgEI{60}",
    "hf_{34}",
    "SG.{22}.{43}",
    "dop_v1_{64}",
    "shpat_{32}",
    "eyJ{20}.eyJ{30}.{43}",
]
FIXED = ["AKIAIOSFODNN7EXAMPLE", "ASIAY34FZKBOKMUTVV7A", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"]

NAMED = [
    "password={}",
    "password: {}",
    'Password = "{}"',
    "password:'{}'",
    "DB_PASSWORD={}",
    "export GITHUB_TOKEN={} &&",
    "FOO_SECRET='{}' make",
    '{{"api_key": "{}", "a": 1}}',
    '"{{\\"token\\": \\"{}\\"}}"',
    "apiKey => '{}'",
    "client_secret := {}",
    "aws_secret_access_key = {}",
    "tool --password {} -v",
    "tool --api-key={}",
    "tool --auth-token '{}'",
    "Authorization: Bearer {}",
    'curl -H "Authorization: Basic {}"',
    "curl -H 'X-Api-Key: {}' x",
    "curl -H 'Cookie: a=b; sid={}'",
    "curl -u me:{} https://x",
    "curl --user 'me:{}' https://x",
    "https://me:{}@example.org/x",
    "postgres://me:{}@localhost:5432/db",
    "https://{}@example.org/x.git",
    "https://example.org/x?sig={}&b=1",
    "https://example.org/x?a=1&key={}",
    "https://example.org/x?access_token={}",
    "//registry.npmjs.org/:_authToken={}",
    "//registry.example.org/:_auth={}",
    "sshpass -p {} ssh host",
    "DB_PASS={}",
    "Server=x;Uid=me;Pwd={};",
    "bearer {}",
    "AccountKey={};EndpointSuffix=x",
]

HARMLESS = [
    "",
    "ls -la && pwd",
    "PWD=/home/me OLDPWD=/tmp",
    "git commit --author='A <a@b.c>' -m 'Add a tokenizer'",
    "max_tokens=4096 tokens: 12 total_tokens:3",
    "https://example.org:8080/@scope/package",
    "git clone git@github.com:owner/name.git",
    "ssh://git@github.com/owner/name",
    "mail me@example.org",
    "grep -rn 'password' src",
    "export TOKEN=$OTHER_TOKEN",
    'TOKEN="$(cat token.txt)" run',
    "password=${PASSWORD}",
    "task-with-a-long-name-indeed risk-assessment-of-things",
    "the secret of a good key is its cookie",
    "public_key=abc monkey=banana key: value",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "basic authentication",
    "docker run --user 1000 image",
    "sort -u file.txt",
]


@st.composite
def secrets(draw: st.DrawFn) -> str:
    form = draw(st.sampled_from([*FORMS, *FIXED]))

    def letters(match: re.Match[str]) -> str:
        size = int(match[1])
        return draw(st.text(ALNUM, min_size=size, max_size=size))

    return re.sub(r"\{(\d+)\}", letters, form)


def around() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["L", "N"]), max_size=30)


@given(secrets(), around(), around())
def test_a_secret_by_form_never_passes(secret: str, before: str, after: str) -> None:
    masked = mask(before + secret + after)
    assert secret[12:] not in masked
    assert MASKED in masked


@pytest.mark.parametrize("template", NAMED)
def test_a_secret_by_name_is_masked_and_its_name_stays(template: str) -> None:
    secret = "Zq7Zq7Zq7Zq7Zq7Zq7Zq7"
    text = template.format(secret)
    masked = mask(text)
    assert "Zq7" not in masked
    assert MASKED in masked
    name = re.split(r"[=:\s]", text)[0]
    assert masked.startswith(name)


@given(st.sampled_from(NAMED), st.text(ALNUM, min_size=24, max_size=40), around(), around())
def test_a_secret_by_name_never_passes(template: str, secret: str, before: str, after: str) -> None:
    # What would be a quote's end or a variable is another text.
    text = f"{before}\n{template.format(secret)} {after}"
    assert secret not in mask(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text


def test_the_rest_of_the_text_stays() -> None:
    assert mask("a TOKEN=abc b") == "a TOKEN=[masked] b"
    assert mask('{"password": "a \\"b\\" c", "x": 1}') == '{"password": "[masked]", "x": 1}'
    assert mask("https://me:pw@host/x") == "https://me:[masked]@host/x"
    assert mask("Authorization: Bearer abc.def") == "Authorization: Bearer [masked]"
    assert mask("run --password hunter2 -v") == "run --password [masked] -v"
    assert mask("Cookie: a=b; c=d\nnext") == "Cookie: [masked]\nnext"


@pytest.mark.parametrize("kind", ["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""])
def test_private_keys_go_whole_even_when_they_are_cut(kind: str) -> None:
    key = f"-----BEGIN {kind}PRIVATE KEY-----\nMII-Eow\nIBAA==\n-----END {kind}PRIVATE KEY-----"
    assert mask(f"a\n{key}\nb") == "a\n[masked]\nb"
    for end in range(40 + len(kind), len(key)):
        assert mask(key[:end]) == MASKED
    block = "-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----"
    assert mask(block) == MASKED


@given(st.sampled_from([*NAMED, *HARMLESS]), st.text(ALNUM, min_size=24, max_size=40))
def test_masking_twice_changes_nothing(template: str, secret: str) -> None:
    once = mask(template.replace("{}", secret))
    assert mask(once) == once


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(mask(text), str)


@pytest.mark.parametrize(
    "name", ["token", "apiKey", "API_KEY", "password", "clientSecret", "Cookie", "x-auth-token"]
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["tokens", "max_tokens", "keyboard", "query", "owner", ""])
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


def repeats(items: Any, *, within: bool = False) -> Iterator[tuple[str, bool]]:
    """Every quantifier without a bound: its kind, and whether it stands within another one."""
    for kind, value in items:
        name = str(kind)
        if "REPEAT" in name:
            _, most, inner = value
            endless = most == sre.MAXREPEAT
            if endless:
                yield name, within
            yield from repeats(inner, within=within or endless)
            continue
        for part in value if isinstance(value, (tuple, list)) else [value]:
            if isinstance(part, sre.SubPattern):
                yield from repeats(part, within=within)
            elif isinstance(part, list):
                for one in part:
                    if isinstance(one, sre.SubPattern):
                        yield from repeats(one, within=within)


def test_no_text_makes_it_slow() -> None:
    """Without a bound there are possessive quantifiers alone, which never try again."""
    found = list(repeats(sre.parse(pattern_source())))
    assert len(found) > 20
    assert {name for name, _ in found} == {"POSSESSIVE_REPEAT"}
    assert not any(within for _, within in found)
    assert ("MAX_REPEAT", True) in list(repeats(sre.parse("(?:a+)+")))  # it would be seen
