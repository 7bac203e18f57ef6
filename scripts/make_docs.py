"""Write the pages of docs/ that are made from the code: `python scripts/make_docs.py`."""

from pathlib import Path

from cctop.cli import build_parser
from cctop.commands.manual import cli_markdown
from cctop.report.errors_model import ErrorsReport
from cctop.report.proof import ProofReport
from cctop.report.schema import schema_text, with_reference
from cctop.ui.keys import keys_markdown

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[str, str]:
    """Return every page that is made, or of which a part is, as it should be."""
    return {
        "cli.md": cli_markdown(build_parser()),
        "keys.md": keys_markdown(),
        "json.md": with_reference((DOCS / "json.md").read_text("utf-8")),
        "sessions.schema.json": schema_text(),
        "explain.md": with_reference((DOCS / "explain.md").read_text("utf-8"), ProofReport),
        "explain.schema.json": schema_text(ProofReport),
        "errors.md": with_reference((DOCS / "errors.md").read_text("utf-8"), ErrorsReport),
        "errors.schema.json": schema_text(ErrorsReport),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")
