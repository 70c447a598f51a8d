"""What a run may still cost: what was spent, and the worst of what is under way and next, held to a limit."""

from dataclasses import dataclass, replace

from evaltui.domain.errors import Stopped
from evaltui.domain.request import Purpose
from evaltui.loop.costs import spent
from evaltui.loop.estimate import DENSE, Asked, caches, hidden, total
from evaltui.loop.session import Session
from evaltui.scores.run import is_judge
from evaltui.store.costs import dearest_bytes
from evaltui.store.limits import Load, budget, under_way

NOTHING = Load()


@dataclass(slots=True)
class Weight:
    """Requests of one chunk as they are added: how many and how many bytes, by purpose."""

    answers: Load = NOTHING
    judgements: Load = NOTHING

    def add(self, purpose: Purpose, size: int) -> None:
        if purpose == "answer":
            self.answers = self.answers.more(size)
        else:
            self.judgements = self.judgements.more(size)


def require_money(session: Session, weight: Weight) -> None:
    """Raises Stopped where this chunk could break the limit that a person set; without a limit nothing is looked at."""
    limit = budget(session.store, session.run.id)
    if limit is None:
        return
    paid = spent(session.store, session.run)
    answers, judgements = under_way(session.store, session.run.id)
    waiting = _worst(session, answers, judgements)
    new = _worst(session, weight.answers, weight.judgements)
    if paid is None or waiting is None or new is None:
        raise Stopped(f"run {session.run.id} has a limit of {limit:g} USD and a model whose price is not known; {HOW}")
    if paid + waiting + new > limit:
        raise Stopped(_words(session, limit, paid, waiting, new))


HOW = "nothing more was sent. Add its price to a table named by `prices` in config.yaml"


def _words(session: Session, limit: float, paid: float, waiting: float, new: float) -> str:
    under = f", up to {waiting:.4f} under way" if waiting else ""
    could = paid + waiting + new
    return (
        f"run {session.run.id} could go over its limit of {limit:g} USD: {paid:.4f} spent{under}, and the next batch "
        f"may cost up to {new:.4f}. It was not sent. `evaltui resume {session.run.id} --max-cost {could:.4f}` goes on"
    )


def _worst(session: Session, answers: Load, judgements: Load) -> float | None:
    """The most that these requests may cost in US dollars; None where a price is not known."""
    return total([_answering(session, answers), _judging(session, judgements)])


def _answering(session: Session, load: Load) -> float | None:
    if not load.requests:
        return 0.0
    agent = session.agent
    asked = Asked(agent.model, agent.max_tokens, caches(agent), hidden=hidden(agent))
    return _seen(session, asked, "answer").worst(load, live=_live(session))


def _judging(session: Session, load: Load) -> float | None:
    """As if the dearest judge were asked everything."""
    if not load.requests:
        return 0.0
    judges = [_seen(session, Asked(*one, caches=True), "judge") for one in _judges(session)]
    prices = [judge.worst(load, live=_live(session)) for judge in judges]
    known = [price for price in prices if price is not None]
    return max(known, default=None) if len(known) == len(prices) else None


def _judges(session: Session) -> list[tuple[str, int]]:
    ours = [scorer.asked_of for _, scorer in session.scorers if is_judge(scorer)]
    return [*ours, *session.also_judged_by]


def _seen(session: Session, asked: Asked, purpose: Purpose) -> Asked:
    """With the tokens for a byte that replies of this run had, the hidden ones among them, once there are any."""
    ratio = dearest_bytes(session.store, session.run.id).get(purpose)
    return asked if ratio is None else replace(asked, ratio=max(DENSE, ratio), hidden=0)


def _live(session: Session) -> bool:
    return session.run.engine == "live"
