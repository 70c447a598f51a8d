"""Owns what an evalset on disk is: the file as written, where its parts lie, and the digests of its judgement."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.domain.evalset import EvalsetFile, ScorerSpec
from evaltui.evalsets.rubrics import RubricSource


@dataclass(frozen=True)
class EvalsetSource:
    """`path` is the evalset.yaml; `case_files` are in the order written. Not slotted: the digests are cached.

    `rubric_files` are those that judges name, `rubrics` those of them that could be read.
    """

    folder: Path
    path: Path
    file: EvalsetFile
    case_files: tuple[Path, ...]
    scorers: tuple[ScorerSpec, ...]
    rubric_files: tuple[Path, ...] = ()
    rubrics: tuple[RubricSource, ...] = ()

    @property
    def agent_path(self) -> Path:
        """Where the agent under test is described."""
        return self.folder / self.file.agent

    @cached_property
    def scorers_digest(self) -> str:
        """Of every scorer with its arguments, in order."""
        return digest([scorer.model_dump() for scorer in self.scorers])

    @cached_property
    def gate_digest(self) -> str:
        """Of the whole policy."""
        return digest(self.file.gate.model_dump())


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A case and where it is written; `line` counts from 1."""

    case: Case
    file: Path
    line: int
