"""The parts of one server, put together."""

from dataclasses import dataclass
from pathlib import Path

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.counters import Counters
from evaltui.sandbox.envelope import MAX_BYTES, trusted_envelope
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.inference import Inference
from evaltui.sandbox.model import Model
from evaltui.sandbox.processing import Processor
from evaltui.sandbox.prompt_cache import PromptCache
from evaltui.sandbox.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Core:
    """What the endpoints work with. `started` is in sandbox seconds; `max_bytes` limits the body of a batch."""

    clock: Clock
    faults: Faults
    shelf: Shelf
    inference: Inference
    processor: Processor
    counters: Counters
    started: float
    max_bytes: int = MAX_BYTES


def assemble(model: Model, clock: Clock, faults: Faults, folder: Path, max_bytes: int = MAX_BYTES) -> Core:
    """A server's parts over the batches in `folder`, with its clock going on from where it stood there."""
    shelf = Shelf(folder)
    if anchor := shelf.anchor():
        clock.resume(anchor)
    shelf.save_anchor(clock.anchor())
    inference = Inference(model, faults, PromptCache(clock))
    processor = Processor(shelf, clock, inference, faults)
    return Core(clock, faults, shelf, inference, processor, _recount(shelf), clock.now(), max_bytes)


def _recount(shelf: Shelf) -> Counters:
    """Counters that remember what was accepted before a restart."""
    counters = Counters()
    for batch in shelf.newest_first():
        counters.accepted(item.custom_id for item in trusted_envelope(shelf.requests(batch).read_bytes()))
    return counters


def advance(core: Core, seconds: float) -> float:
    """Move the sandbox clock forward and keep it so after a restart; returns the new time."""
    now = core.clock.advance(seconds)
    core.shelf.save_anchor(core.clock.anchor())
    return now
