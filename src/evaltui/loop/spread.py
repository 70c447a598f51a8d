"""Owns a few of many: requests taken at even distances from a stream whose length nobody knows before its end."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Spread:
    """Add every request; `taken` are at most `size` of them. Fewer than twice as many are held."""

    size: int
    held: list[bytes] = field(default_factory=list)
    seen: int = 0
    step: int = 1

    def add(self, request: bytes) -> None:
        if self.seen % self.step == 0:
            self.held.append(request)
        self.seen += 1
        if len(self.held) == 2 * self.size:
            del self.held[1::2]
            self.step *= 2

    @property
    def taken(self) -> list[bytes]:
        if len(self.held) <= self.size:
            return self.held
        return [self.held[at * len(self.held) // self.size] for at in range(self.size)]
