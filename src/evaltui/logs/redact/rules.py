"""Owns a project's redaction rules as written: what is looked for beside the built-in kinds, and what is let stand."""

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from evaltui.domain.base import Frozen
from evaltui.domain.text import shown
from evaltui.logs.redact.kinds import KINDS, Kind

_Text = Annotated[str, Field(min_length=1, max_length=500)]


class ExtraPattern(Frozen):
    """A regular expression of the project; where it has a group named `secret`, only that is replaced."""

    name: str = Field(
        pattern=r"^[A-Za-z](?:[A-Za-z0-9_]{0,38}[A-Za-z])?$",
        description="The placeholder's name: customer → [CUSTOMER_1]",
    )
    pattern: _Text = Field(description="A regular expression; what it matches is replaced")
    ignore_case: bool = Field(default=False, description="Whether capital and small letters are the same")

    @field_validator("name")
    @classmethod
    def _is_new(cls, name: str) -> str:
        if name.lower() in KINDS:
            raise ValueError(f"{shown(name)} is a built-in kind: choose another name")
        return name

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        compiled(pattern)
        return pattern


class Rules(Frozen):
    """All of it may be left out: then every built-in kind is looked for and nothing is let stand."""

    names: list[_Text] = Field(default_factory=list, description="Names of people, customers, projects; in any case")
    patterns: list[ExtraPattern] = Field(default_factory=list, description="What else is replaced")
    off: list[Kind] = Field(default_factory=list, description="Built-in kinds that are not looked for")
    allow_hosts: list[_Text] = Field(
        default_factory=list, description="Internal hosts and IP addresses that stay, with all hosts below them"
    )
    allow_paths: list[_Text] = Field(default_factory=list, description="Home folders that stay: /home/app")
    allow_texts: list[_Text] = Field(
        default_factory=list, description="What stays wherever it is found whole: help@shop.example"
    )
    phone_regions: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] = Field(
        default_factory=lambda: ["US", "GB", "DE", "FR"], description="Countries of numbers written without +49"
    )

    @model_validator(mode="after")
    def _names_are_words(self) -> Self:
        empty = [name for name in self.names if not any(map(str.isalnum, name))]
        if empty:
            raise ValueError(f"a name must hold a letter or a digit; found {shown(empty[0])}")
        return self


def compiled(pattern: str, *, ignore_case: bool = False) -> Any:
    """The pattern of the `regex` package, whose methods take `timeout=` in seconds. Raises ValueError."""
    import regex  # type: ignore[import-untyped] # it ships no types

    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except regex.error as error:
        raise ValueError(f"the pattern {shown(pattern)} is no regular expression: {error}") from error
