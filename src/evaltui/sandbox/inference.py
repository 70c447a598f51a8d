"""One request to one answer: decode, check, ask the model, play the reply's faults."""

from typing import Any

import msgspec

from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Answer, Model, Refused
from evaltui.sandbox.prompt_cache import PromptCache, Visit
from evaltui.sandbox.replies import message, spoiled
from evaltui.sandbox.rules.params import Setting, refusal

Buffer = bytes | msgspec.Raw


class Inference:
    """The model behind the server. `infer` is called from worker threads, so the model must allow that."""

    def __init__(self, model: Model, faults: Faults, cache: PromptCache) -> None:
        self.model, self._faults, self._cache = model, faults, cache

    def infer(
        self, raw: Buffer, setting: Setting, subject: str, message_id: str, visit: Visit
    ) -> dict[str, Any] | Refused:
        """The message object that answers the JSON bytes `raw`; `subject` is what random faults depend on."""
        params = decode(raw)
        if isinstance(params, Refused):
            return params
        if refused := refusal(params, setting, len(memoryview(raw))):
            return refused
        if self._faults.strikes_on("errored", subject):
            return Refused(self._faults.value("errored"), "played by the sandbox (errored)")
        answer = self.ask(params)
        if isinstance(answer, Refused):
            return answer
        answer = self._cache.billed(params, answer, visit)
        tier = "batch" if setting.in_batch else "standard"
        return message(spoiled(answer, self._faults, subject), params["model"], message_id, tier)

    def ask(self, params: dict[str, Any]) -> Answer | Refused:
        """The model's reply; a model that crashes is an `api_error`, as it would be on the wire."""
        try:
            return self.model.reply(params)
        except Exception as error:  # noqa: BLE001 - the model is a plug-in; its bugs must not end the batch
            return Refused("api_error", f"the model {self.model.name!r} failed: {type(error).__name__}: {error}")


def decode(raw: Buffer) -> dict[str, Any] | Refused:
    """The object that `raw` spells."""
    try:
        params = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refused("invalid_request_error", f"The request body is not valid JSON: {error}")
    if not isinstance(params, dict):
        return Refused("invalid_request_error", "The request body must be a JSON object")
    return params
