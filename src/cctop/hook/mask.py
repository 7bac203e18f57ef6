"""Secrets out of texts, before they are written anywhere.

A secret is known by its own form (a key's prefix, a JWT, a private key) or by the name it is given
(`API_TOKEN=…`, `--password …`, `Authorization: …`). It becomes `[masked]`; the name stays, since it
says what the text is about. What has neither form nor name passes.

Every quantifier is bounded or possessive, so that a text takes time by its length, whatever it is.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

MASKED = "[masked]"

# Without one of these, in lower case, a text holds nothing that a pattern knows. Looking for them
# takes microseconds; importing `re` and compiling the patterns, as long as starting Python.
_HINTS = (
    "token", "secret", "passw", "passphrase", "sshpass", "credential", "authoriz", "cookie",
    "_auth", "_pass=", "_pass:", "pwd=", "pwd:", "_key", "-key", "apikey", "accesskey",
    "privatekey", "secretkey", "authkey", "accountkey", "sharedkey", "masterkey", "sessionkey",
    "connectionstring", "connection_string", "?key=", "&key=", "sig=", "signature=",
    " -u", "--user", "bearer ", "basic ", "sk-", "sk_", "rk_", "whsec_", "ghp_", "gho_", "ghu_",
    "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-",
    "glft-", "glimt-", "glagent-", "akia", "asia", "abia", "acca", "aiza", "ya29.", "gocspx-",
    "xox", "xapp-", "hooks.slack.com", "npm_", "pypi-", "hf_", "sg.", "dop_v1_", "shpat_", "eyj",
    "private key",
)  # fmt: skip

# Secrets by form. What stands before them is no letter or digit.
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----"
    r"(?:[^-]|-(?!----END [A-Z0-9 ]{0,60}-----))*+"
    r"(?:-----END [A-Z0-9 ]{0,60}-----)?"
)
_FORMS = (
    r"(?:sk|rk)[-_][A-Za-z0-9_-]{16,}+|whsec_[A-Za-z0-9+/]{16,}+",  # Anthropic, OpenAI; Stripe
    r"gh[pousr]_[A-Za-z0-9]{16,}+|github_pat_[A-Za-z0-9_]{16,}+",
    r"gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent)-[A-Za-z0-9_.-]{16,}+",
    r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,}+",
    r"AIza[A-Za-z0-9_-]{30,}+|ya29\.[A-Za-z0-9_-]{16,}+|GOCSPX-[A-Za-z0-9_-]{16,}+",
    r"xox[a-z]-[A-Za-z0-9-]{10,}+|xapp-[A-Za-z0-9-]{10,}+",
    r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{10,}+",
    r"npm_[A-Za-z0-9]{20,}+|pypi-[A-Za-z0-9_-]{16,}+|hf_[A-Za-z0-9]{16,}+",
    r"SG\.[A-Za-z0-9_-]{16,}+[A-Za-z0-9_.-]*+|(?:dop_v1|shpat)_[A-Za-z0-9]{16,}+",
    r"eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{4,}+[A-Za-z0-9_.-]*+",  # a JWT, whole or not
    _PRIVATE_KEY,
)

# Parts of names whose value is a secret; not the tokens that are counted, nor a tokenizer.
_NAMES = (
    r"(?:token(?!s|i[sz])|secret|passw(?:or)?d|passphrase|credentials?|authorization|_auth"
    r"|(?:api|access|private|secret|auth|account|shared|master|session|signing|encryption|deploy"
    r"|storage|client)[_-]?key|connection_?string)"
)
_SIGN = r"\s{0,3}(?>=>|={1,3}|:=|:)\s{0,3}"
_SCHEME = r"(?:(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey)\s{1,4})?+"
# What is masked already, and what only says where the secret is: a variable, a command.
_NOT_YET = r"(?!\[masked\]|\$[({]|\$[A-Z_][A-Z0-9_]*+(?![A-Za-z0-9]))"
_VALUE = (
    r'(?:(?<=[^\\]")(?:[^"\\\n]|\\.)++'
    r"|(?<=[^\\]')[^'\n]++"
    r"|[^\s\"'`&;|<>(){}\]\\]++)"
)
_QUOTE = r"(?:\\{0,3}[\"'])?"
_NAMED = (
    rf"{_NAMES}[A-Za-z0-9_.-]{{0,40}}{_QUOTE}{_SIGN}{_QUOTE}{_SCHEME}",
    rf"(?:(?<=[A-Za-z0-9]_)(?:pass|pwd)|(?<=;)pwd){_QUOTE}{_SIGN}{_QUOTE}",
    rf"--?(?:[a-z0-9]{{1,20}}[_-]){{0,3}}{_NAMES}[A-Za-z0-9_-]{{0,20}}\s{{1,4}}{_QUOTE}(?!-)",
    rf"(?:\s-u|--user)[\s=]{{0,3}}{_QUOTE}[^\s:\"']{{1,80}}:",
    rf"sshpass\s{{1,4}}-p\s{{0,4}}{_QUOTE}",
    r"[?&](?:key|sig|signature|x-amz-signature)=",
)


def mask(text: str) -> str:
    """Return a text with `[masked]` in the place of each secret."""
    lower = text.lower()
    if any(hint in lower for hint in _HINTS) or ("://" in text and "@" in text):
        return _compiled().sub(_masked, text)
    return text


def is_secret_name(name: str) -> bool:
    """Whether a value by that name is a secret, whatever it looks like."""
    probe = f"{name}=x"
    return mask(probe) != probe


def _masked(match: "re.Match[str]") -> str:
    return (match[match.lastgroup] if match.lastgroup else "") + MASKED


_pattern: "list[re.Pattern[str]]" = []


def _compiled() -> "re.Pattern[str]":
    """Return all patterns as one, compiled when the first text needs it."""
    if not _pattern:
        import re  # noqa: PLC0415

        _pattern.append(re.compile(pattern_source()))
    return _pattern[0]


def pattern_source() -> str:
    """Return the one pattern; what its named groups match stays."""
    named = "|".join(_NAMED)
    return (
        rf"(?i:(?P<name>{named}){_NOT_YET}{_VALUE})"
        r"|(?P<jar>(?i:cookie)[\"']?\s{0,3}[:=]\s{0,3}[\"']?)(?!\[masked\])[^\s\"'][^\n\"']*+"
        # `user:password@` in a URL, and a long `token@`
        r"|(?P<url>://(?:[^\s/:@\"']{0,100}:(?=[^\s/@\"']{1,300}@)|(?=[^\s/:@\"']{16,300}@)))"
        rf"{_NOT_YET}[^\s/@\"']++"
        r"|(?P<scheme>\b(?i:bearer\s{1,4}(?=[A-Za-z0-9._~+/=-]{12})|basic\s{1,4}(?=[A-Za-z0-9+/=]{16})))"
        r"[A-Za-z0-9._~+/=-]++"
        rf"|(?<![A-Za-z0-9])(?:{'|'.join(_FORMS)})"
    )
