"""Owns the words that say nothing a judge could check, and the frame of a question around them."""

import re

FEW = 4  # words: a question with fewer names no thing to look for


def table(text: str) -> frozenset[str]:
    """The words of a table, as a set."""
    return frozenset(text.split())


QUALITY = table(
    """accurate appropriate clear coherent complete comprehensive concise consistent correct courteous detailed
    effective empathetic engaging factual faithful fluent friendly good harmless helpful honest informative
    insightful kind logical natural neat nice polite precise professional readable relevant respectful safe
    satisfactory sensible suitable thorough truthful understandable useful warm"""
)
"""Adjectives that each are a question of their own."""
_VAGUE = QUALITY | table(
    """acceptable accuracy adequate amazing average awesome awful bad best better bias biased clarity coherence
    completeness conciseness correctness creative creativity decent easy efficient empathy enough error errors
    excellent excellence expectation expectations factuality faithfulness fine flaw flaws fluency friendliness great
    guidelines hallucinate hallucinates hallucination hallucinations happy harmful helpfulness high human humanlike
    impressive inaccurate inappropriate incorrect insight intelligent interesting irrelevant issue issues like likes
    low meaningful mediocre medium mistake mistakes norms ok okay perfect pleasant pleased politeness poor practices
    problem problems professionalism proper quality readability reasonable relevance requirements right robust
    satisfied satisfies satisfy satisfying sense smart standard standards strong sufficient superb terrible toxic
    toxicity trustworthy unclear understand unhelpful useless usefulness valuable value weak well wonderful worse
    worst wrong"""
)
_FRAME = table(
    """a about absolutely act acts address addresses after agent agents ai all also an and answer answers any anything
    are as assess assistant at audience be been behave behaves being both bot but by can case code communicate
    communicates completely completion contain contains content could customer customers degree demonstrate
    demonstrates did do does email entirely essay evaluate every everything explanation express expresses extent
    extremely feel feels follow follows for format formatted free from full fully general generally generated give
    given gives grade has have having how i if in information input is it its itself judge language length level llm
    look looks made make makes manner me meet meets message model more most mostly my no not of on one or our out
    output overall part partially partly people person please prompt provide provided provides query question
    questions quite rate read reader readers reads really reply request respond responds response responses result
    say says score seem seems should show shows slightly so solution some somewhat sound sounds story style summary
    take task tell terms text than that the their them there these they thing things this to tone totally
    translation truly use used user users uses very voice was way we were what when whether which while whole will
    with without wording would write writes writing written you your"""
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_QUOTED = re.compile(r"[\"“][^\"”]*\w[^\"”]*[\"”]")


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case, without the s of a genitive."""
    return [re.sub(r"['’]s$", "", word) for word in _WORD.findall(text.lower())]


def vague_only(text: str) -> str | None:
    """The first vague word of a text that holds nothing else beside its frame; None where there is more, or no such."""
    words = plain_words(text)
    if _QUOTED.search(text) or any(not _says_nothing(word) for word in words):
        return None
    return next((word for word in words if _is_vague(word)), None)


def _says_nothing(word: str) -> bool:
    return word in _FRAME or _is_vague(word)


def _is_vague(word: str) -> bool:
    return word in _VAGUE or (word.endswith("ly") and bool({word[:-2], word[:-2] + "e", word[:-1] + "e"} & _VAGUE))
