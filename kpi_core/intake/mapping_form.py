"""The form of a user's mapping, checked before it is used: which keys there are, and what each one holds."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from kpi_core.intake.source import IntakeError

_Names = str | list[str]
_STRICT = ConfigDict(strict=True, extra="forbid")


class _Ignored(BaseModel):
    model_config = _STRICT

    rule: str
    column: str
    words: list[str] = []
    unless: list[str] = []
    blank: bool = False


class _Mapping(BaseModel):
    """The keys of `Layout` as TOML writes them."""

    model_config = _STRICT

    name: str = ""
    system: str = ""
    table: str | None = None
    signature: list[_Names] = []
    needs: list[_Names] = []
    columns: dict[str, _Names] = {}
    exact: bool = True
    values: dict[str, dict[str, str]] = {}
    ignore: list[_Ignored] = []
    not_needed: str = ""
    constants: dict[str, str | int | float | bool] = {}
    stage_dates: list[str] = []
    also: str = ""
    primary: bool = True


# pydantic's word for what was expected -> the sentence that says so
EXPECTED = {
    "string_type": "mapping_text",
    "list_type": "mapping_list",
    "dict_type": "mapping_block",
    "model_type": "mapping_block",
    "bool_type": "mapping_switch",
    "missing": "mapping_missing",
}


def check_form(tree: dict[str, Any], file: str) -> None:
    """Raises IntakeError naming the first key that is unknown, missing or of the wrong kind, and what it should be."""
    try:
        _Mapping.model_validate(tree)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False)[0]
        top, *deeper = first["loc"]
        path = [top, *(part for part in deeper if not _is_kind(part))]
        key, found = ".".join(str(part) for part in path), str(first["input"])
        if first["type"] == "extra_forbidden":
            known = _Ignored.model_fields if top == "ignore" else _Mapping.model_fields
            raise IntakeError("mapping_key", file=file, key=key, known=", ".join(known)) from None
        code = EXPECTED.get(first["type"], "mapping_text")
        raise IntakeError(code, file=file, key=key, found=found[:80]) from None


def _is_kind(part: int | str) -> bool:
    """pydantic names the member of a union that it tried: no key of the user's."""
    return isinstance(part, str) and (part in ("str", "int", "float", "bool") or part.startswith("list["))
