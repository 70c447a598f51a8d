"""What an agent is told stands in the file and the line that are shown for it."""

from pathlib import Path

from evaltui.agents.texts import agent_texts, offered_texts
from evaltui.domain.leak import Source
from evaltui.evalsets.health.sources import Index

AGENT = """\
name: mail
model: claude-haiku-5-5
system:
  - type: text
    text: |
      First line here.

      The marked passage stands here.
  - type: text
    text: {file: prompts/more.md}
few_shot:
  - role: user
    content: "one line,\\nthen the marked\\n passage"
  - role: assistant
    content: >
      A folded text, of which
      the marked passage
      goes on.
messages: [{role: user, content: "{{input}}"}]
tools: {file: tools.json}
output_schema:
  properties:
    route: {type: string, description: Where the marked passage goes}
"""
TOOLS = """[
  {"name": "look", "description": "Looks things up.\\nSays the marked passage.",
   "input_schema": {"properties": {"id": {"description": "an id, or the
 marked passage"}}}}
]
""".replace("the\n marked", "the marked")


def written(folder: Path) -> tuple[Source, ...]:
    (folder / "prompts").mkdir()
    (folder / "prompts" / "more.md").write_text("# Title\n\nSee the marked\npassage.\n")
    (folder / "tools.json").write_text(TOOLS)
    (folder / "agent.yaml").write_text(AGENT)
    return agent_texts(folder)


def test_every_text_is_found_at_its_true_file_and_line(tmp_path: Path) -> None:
    found = {}
    for index in map(Index, written(tmp_path)):
        at = next((at for at, pair in enumerate(zip(index.texts, index.texts[1:], strict=False))
                   if pair == ("marked", "passage")), None)  # fmt: skip
        if at is not None:
            place = index.place(at, at + 1)
            found.setdefault(place.name, []).append((Path(place.file).name, place.line, place.last_line))
            lines = Path(place.file).read_text().splitlines()[place.line - 1 : place.last_line]
            assert "marked" in lines[0]
            assert "passage" in lines[-1]
    assert found == {
        "system prompt": [("agent.yaml", 8, 8), ("more.md", 3, 4)],
        "few-shot 1": [("agent.yaml", 13, 13)],
        "few-shot 2": [("agent.yaml", 17, 17)],
        "tool look": [("tools.json", 2, 2), ("tools.json", 3, 3)],
        "output schema": [("agent.yaml", 23, 23)],
    }


def test_what_a_server_says_of_its_tools_stands_at_the_answers_of_the_agent(tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text("model: m\nmax_tokens: 1\nanswers: {mcp: {command: [x]}}\n")
    tools = [{"name": "look", "description": "Looks it up"}, {"name": "bare"}]
    (source,) = offered_texts(tmp_path / "agent.yaml", tools, ())
    assert (source.name, source.line, source.text) == ("tool look", 3, "Looks it up")
    assert offered_texts(tmp_path / "agent.yaml", tools, (source,)) == ()
