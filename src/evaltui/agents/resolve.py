"""Owns the step from agent.yaml as written to values with every `{file: …}` read and every placeholder well formed."""

from typing import Any

from pydantic import BaseModel, JsonValue, ValidationError

from evaltui.agents.include import At, Includes, reference
from evaltui.agents.placeholders import HINT, malformed, pieces
from evaltui.agents.tools.file import AnswersFile
from evaltui.domain.base import Frozen
from evaltui.domain.case import Message
from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted
from evaltui.files.document import Document
from evaltui.files.explain import problems_from

OURS = frozenset({"model", "max_tokens", "system", "messages", "tools", "stream"})


class _FewShot(Frozen):
    few_shot: list[Message]


class _Tools(Frozen):
    tools: list[dict[str, JsonValue]]


class Resolver:
    """Takes raw values, whatever their type: what has a wrong type is returned as it is and reported by validation."""

    def __init__(self, document: Document, includes: Includes, problems: list[Problem]) -> None:
        self._document = document
        self._includes = includes
        self._problems = problems

    def content(self, written: Any, at: At, *, template: bool = True) -> Any:
        """Text or blocks of a system prompt or a message; only a template's placeholders are checked."""
        if isinstance(written, list):
            return [self._block(block, (*at, index), template) for index, block in enumerate(written)]
        return self._text(written, at, template)

    def messages(self, written: Any, at: At, *, template: bool = True) -> Any:
        """Messages with their content resolved."""
        if not isinstance(written, list):
            return written
        return [self._message(message, (*at, index, "content"), template) for index, message in enumerate(written)]

    def few_shot(self, written: Any) -> Any:
        """Messages written here or in a file."""
        if name := reference(written):
            return self._included(name, "few_shot", _FewShot)
        return self.messages(written, ("few_shot",), template=False)

    def tools(self, written: Any) -> Any:
        """Tools written here or in a file, or the one placeholder that stands for them."""
        if name := reference(written):
            return self._included(name, "tools", _Tools)
        if isinstance(written, str):
            return self._tools_placeholder(written)
        self._check(written, self._document, ("tools",))
        return written

    def params(self, written: Any, schema: Any) -> Any:
        """Parameters with the output schema in place; fields of agent.yaml are refused among them."""
        if not isinstance(written, dict):
            return written
        for key in (key for key in written if key in OURS):
            hint = "a batch never streams; remove it" if key == "stream" else f"write {key} as a field of the agent"
            self._includes.problem(("params", key), "is not allowed in params", hint=hint)
        return written if schema is None else self._with_schema(written, self._schema(schema))

    def answers(self, written: Any) -> Any:
        """`{kind: options}` with every default written out; a file must be there, and a secret must not."""
        try:
            answers = AnswersFile.model_validate(written)
        except ValidationError:
            return written
        module = answers.python.module.partition(":")[0] if answers.python else ""
        if module.endswith(".py"):
            self._includes.check(module, ("answers", "python", "module"))
        for name in answers.mcp.secrets() if answers.mcp else ():
            at = ("answers", "mcp", "env", name)
            self._includes.problem(at, "a secret must not be written here", hint=f"write {name}: ${name}")
        return answers.resolved()

    def _schema(self, written: Any) -> Any:
        name = reference(written)
        if name is None:
            return written
        document = self._includes.document(name, ("output_schema",))
        if document is not None and not isinstance(document.value, dict):
            self._problems.append(Problem(document.file, document.line(), "", "must be a JSON Schema, a mapping"))
        return document.value if document else None

    def _with_schema(self, params: dict[str, Any], schema: Any) -> dict[str, Any]:
        config = params.get("output_config", {})
        if not isinstance(config, dict):
            self._includes.problem(("params", "output_config"), "must be a mapping", config)
        elif "format" in config:
            at = ("params", "output_config", "format")
            self._includes.problem(at, "is given twice", hint="remove it or output_schema")
        else:
            return params | {"output_config": config | {"format": {"type": "json_schema", "schema": schema}}}
        return params

    def _message(self, written: Any, at: At, template: bool) -> Any:
        if not isinstance(written, dict) or "content" not in written:
            return written
        return written | {"content": self.content(written["content"], at, template=template)}

    def _block(self, written: Any, at: At, template: bool) -> Any:
        if not isinstance(written, dict):
            return written
        rest = {key: value for key, value in written.items() if key != "text"}
        if template:
            self._check(rest, self._document, at)
        return written | ({"text": self._text(written["text"], (*at, "text"), template)} if "text" in written else {})

    def _text(self, written: Any, at: At, template: bool) -> Any:
        if name := reference(written):
            return self._included_text(name, at, template)
        if template and isinstance(written, str) and self._includes.names_file(written):
            hint = f"write {{file: {written}}}"
            self._includes.problem(at, "would be sent as text, and names a file", written, hint=hint)
        elif template:
            self._check(written, self._document, at)
        return written

    def _included_text(self, name: str, at: At, template: bool) -> str:
        text, file = self._includes.text(name, at) or ("", "")
        for bad in malformed(text) if template else ():
            line = text.count("\n", 0, bad.offset) + 1
            self._problems.append(_unreadable(file, line, at, bad.found))
        return text

    def _included(self, name: str, field: str, model: type[BaseModel]) -> Any:
        document = self._includes.document(name, (field,))
        if document is None:
            return []
        inner = Document(document.file, {field: document.value}, (document.line(), {field: document.places}))
        try:
            model.model_validate(inner.value)
        except ValidationError as error:
            self._problems += problems_from(error, model, inner)
            return []
        if field == "tools":
            self._check(inner.value[field], inner, (field,))
        return document.value

    def _tools_placeholder(self, written: str) -> str:
        parts = pieces(written)
        if self._includes.names_file(written):
            self._includes.problem(("tools",), "names a file", written, hint=f"write {{file: {written}}}")
        elif malformed(written) or len(parts) != 1 or isinstance(parts[0], str):
            self._includes.problem(("tools",), "must be one placeholder", written, 'a list, {file: …} or "{{name}}"')
        return written

    def _check(self, value: Any, document: Document, at: At) -> None:
        """Reports malformed placeholders in every string of a JSON value."""
        if isinstance(value, str):
            self._problems += [_unreadable(document.file, document.line(at), at, bad.found) for bad in malformed(value)]
        elif isinstance(value, dict | list):
            for step, item in value.items() if isinstance(value, dict) else enumerate(value):
                self._check(item, document, (*at, step))


def _unreadable(file: str, line: int, at: At, what: str) -> Problem:
    return Problem(file, line, dotted(at), "two opening braces that start no placeholder", what, hint=HINT)
