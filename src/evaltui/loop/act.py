"""Step 4: every reply that came is followed: its tool calls answered, the user's next words said, or the end told."""

from collections.abc import Sequence

from evaltui.agents.follow import Again, Answer, End, Say, next_move
from evaltui.domain.conversation import Turn, Unreadable, calls_of, message_of
from evaltui.domain.errors import Stopped
from evaltui.domain.text import shown
from evaltui.domain.tool import CaseFailed, ToolBackend, ToolCall, ToolResult
from evaltui.loop.session import Session
from evaltui.store.conversations import (
    Followup,
    Unfollowed,
    add_followup,
    add_tool_result,
    conversation,
    start_tool,
    tool_results,
    turns,
    unfollowed,
)
from evaltui.store.limits import is_canceled

INTERRUPTED = "the call of {} was interrupted before its answer was kept, and is not made twice: `evaltui retry {}`"
CANCELED = "canceled before its call of {}, which may have effects, was made: `evaltui retry {}`"


def act(session: Session) -> bool:
    """Follow every reply that is not followed yet; True when one was."""
    done = 0
    for sample in unfollowed(session.store, session.run.id):
        if session.stop.is_set():
            break
        followup = _follow(session, sample)
        if followup is not None:
            with session.store.transaction():
                add_followup(session.store, sample.request_id, followup)
            done += 1
    if done:
        session.phase("followed", done, done, "replies")
    return done > 0


def _follow(session: Session, sample: Unfollowed) -> Followup | None:
    """What follows the last reply; None where we were stopped in the middle of its tool calls."""
    said = turns(conversation(session.store, sample.sample_id))
    most = sample.case.max_turns or session.agent.max_turns
    match next_move(said, sample.case, most, tools=session.tools is not None):
        case End(ending=ending, reason=reason):
            return Followup(ending, reason)
        case Say(content=content):
            return Followup(said=content)
        case Again():
            return Followup()
        case Answer(calls=calls):
            return _answer(session, sample, calls, said)


def _answer(session: Session, sample: Unfollowed, calls: Sequence[ToolCall], said: Sequence[Turn]) -> Followup | None:
    """Answer the calls one by one, each kept as it comes: a call whose result is there is never made again."""
    kept = tool_results(session.store, sample.request_id)
    earlier = _calls_before(said)
    for position, call in enumerate(calls):
        if session.stop.is_set():
            return None
        if position not in kept:
            ended = _call(session, sample, position, call, [*earlier, *calls[:position]])
            if ended is not None:
                return ended
    return Followup()


def _call(
    session: Session, sample: Unfollowed, position: int, call: ToolCall, earlier: Sequence[ToolCall]
) -> Followup | None:
    """Make one call; a Followup where the conversation ends with it. Raises Stopped where nobody can answer."""
    tools = _ready(session)
    if tools.effects and is_canceled(session.store, session.run.id):
        return Followup("interrupted", CANCELED.format(shown(call.name), session.run.id))
    if tools.effects and not start_tool(session.store, sample.request_id, position):
        return Followup("interrupted", INTERRUPTED.format(shown(call.name), session.run.id))
    answered = tools.answer(call, sample.case, earlier)
    result = answered if isinstance(answered, ToolResult) else _failure(answered)
    with session.store.transaction():
        add_tool_result(session.store, sample.request_id, position, call, result)
    return Followup("cut", answered.reason) if isinstance(answered, CaseFailed) else None


def _failure(failed: CaseFailed) -> ToolResult:
    return ToolResult(failed.reason, is_error=True, detail=failed.detail)


def _ready(session: Session) -> ToolBackend:
    """Who answers, known to be there before a call counts as begun."""
    assert session.tools is not None, "asked only where somebody answers"  # noqa: S101 - for the type checker
    absent = session.tools.tools()
    if isinstance(absent, CaseFailed):
        raise Stopped(f"{absent.reason}. Mend it, then: evaltui resume {session.run.id}")
    return session.tools


def _calls_before(said: Sequence[Turn]) -> list[ToolCall]:
    messages = [message_of(turn.reply) for turn in said[:-1]]
    return [call for message in messages if not isinstance(message, Unreadable) for call in calls_of(message)]
