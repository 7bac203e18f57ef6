"""The JSON Schemas and the reference tables of documents, made from their types.

`docs/sessions.schema.json` is `schema_text()`, and `docs/json.md` holds `reference()`; so it is
with `docs/explain.schema.json` and `docs/explain.md`, `docs/errors.schema.json` and
`docs/errors.md`.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from cctop.report.errors_model import ErrorsReport
from cctop.report.model import Report
from cctop.report.proof import ProofReport

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLES: dict[type[msgspec.Struct], str] = {
    Report: "cctop sessions --json",
    ProofReport: "cctop explain --json",
    ErrorsReport: "cctop errors --json",
}
BEGIN, END = "<!-- reference: made by cctop.report.schema -->", "<!-- end of reference -->"
Schema = dict[str, Any]


def schema(of: type[msgspec.Struct] = Report) -> Schema:
    """Return the JSON Schema (2020-12) of a document."""
    (root,), definitions = msgspec.json.schema_components([of], ref_template="#/$defs/{name}")
    return {"$schema": DIALECT, "title": TITLES[of], **root, "$defs": definitions}


def schema_text(of: type[msgspec.Struct] = Report) -> str:
    """Return the schema as it stands in the docs."""
    return json.dumps(schema(of), indent=2, ensure_ascii=False) + "\n"


def with_reference(page: str, of: type[msgspec.Struct] = Report) -> str:
    """Return a page with the reference between its two marks. Raises ValueError without marks."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{reference(of)}\n{END}{after}"


def reference(of: type[msgspec.Struct] = Report) -> str:
    """Return every object of a document as a Markdown table, the outermost first."""
    definitions = schema(of)["$defs"]
    tables = [_table(name, definitions) for name in _in_order(of.__name__, definitions)]
    return "\n".join(tables)


def _in_order(name: str, definitions: Schema) -> list[str]:
    """Return the names of the objects, each after the first one that holds it."""
    found = [name]
    for holder in found:
        for field in definitions[holder]["properties"].values():
            found += [
                inner
                for inner in _references(field)
                if inner not in found and "properties" in definitions[inner]
            ]
    return found


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _name(schema)
        for part in schema.values():
            yield from _references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def _table(name: str, definitions: Schema) -> str:
    definition = definitions[name]
    lines = [f"### {name}", "", definition["description"], ""]
    lines += ["| field | type | meaning |", "|---|---|---|"]
    for field, its in definition["properties"].items():
        lines.append(f"| `{field}` | {_type(its, definitions)} | {its.get('description', '')} |")
    return "\n".join(lines) + "\n"


def _type(schema: Schema, definitions: Schema) -> str:
    """Return a type in words."""
    if "anyOf" in schema:
        return " or ".join(_type(part, definitions) for part in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "$ref" in schema:
        name = _name(schema)
        if "enum" in definitions[name]:
            return _type(definitions[name], definitions)
        return f"[{name}](#{name.lower()})"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'], definitions)}"
    if schema["type"] == "object":
        return f"by name: {_type(schema['additionalProperties'], definitions)}"
    return "time" if schema.get("format") == "date-time" else str(schema["type"])


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
