"""How much of what is planted is found, and how much of what is found was planted."""

from tests.logs.redact.harmless import harmless
from tests.logs.redact.planted import Planted, planted

from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.rules import Rules


def _places(sample: Planted) -> list[range]:
    starts = [(sample.text.index(secret), len(secret)) for secret in sample.secrets]
    return [range(start, start + length) for start, length in starts]


def _missed(sample: Planted, spans: list[range]) -> bool:
    return not all(
        any(at in span for span in spans) for place in _places(sample) for at in place if sample.text[at].isalnum()
    )


def _stray(sample: Planted, spans: list[range]) -> list[str]:
    """What was replaced without touching a secret."""
    places = _places(sample)
    return [
        sample.text[span.start : span.stop]
        for span in spans
        if not any(span.start < place.stop and place.start < span.stop for place in places)
    ]


def test_the_planted_secrets_are_found_and_hardly_anything_else() -> None:
    samples, redactor = [*planted(), *harmless()], Redactor(Rules())
    spans = {s.name: [range(span.start, span.end) for span in redactor.text(s.text).spans] for s in samples}
    secrets = [sample for sample in samples if sample.secrets]
    missed = [f"{s.name}: {s.text!r}" for s in secrets if _missed(s, spans[s.name])]
    strays = [f"{s.name}: {stray!r}" for s in samples for stray in _stray(s, spans[s.name])]
    harmless_ones = len(samples) - len(secrets)
    recall = 1 - len(missed) / len(secrets)
    precision = 1 - len(strays) / sum(map(len, spans.values()))
    told = f"recall {recall:.4f} of {len(secrets)}, precision {precision:.4f} with {harmless_ones} look-alikes"
    print(told)
    assert recall >= 0.98, "\n".join([told, "missed:", *missed])
    assert precision >= 0.97, "\n".join([told, "stray:", *strays])


def test_the_planted_set_is_as_large_as_it_says() -> None:
    assert len(planted()) >= 240
    assert len(harmless()) >= 150
    assert len({sample.name for sample in [*planted(), *harmless()]}) == len(planted()) + len(harmless())
    assert all(secret in sample.text for sample in planted() for secret in sample.secrets)
