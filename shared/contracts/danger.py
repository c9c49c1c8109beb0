"""The danger net: which words of a text say that somebody is in danger now. The door and triage share it.

Two halves: the word net below with its terms and exceptions, and the learned ear of `danger_ear` for what is said in
other words. Either is enough, but a word that is said neither of oneself nor of now is dropped where the ear hears
plainly that it is meant otherwise. The net only ever raises the floor. A false sign costs an officer one look, a missed
one may cost a life, so phrases in the first person outrank every excuse and the terms in `danger_terms` lean towards
firing.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

from shared.contracts import danger_terms, danger_words
from shared.contracts.danger_ear import shipped_ear
from shared.contracts.danger_terms import Term
from shared.kernel.facts import value


class DangerKind(StrEnum):
    SUICIDE = "suicide"
    MISSING = "missing"
    VIOLENCE_NOW = "violence_now"
    TRAPPED = "trapped"
    FIRE = "fire"
    CHILD_HARM = "child_harm"
    FRAUD_NOW = "fraud_now"
    MEDICAL = "medical"


@value
class DangerSign:
    kind: DangerKind
    start: int
    """Offsets into the NFC form of the text."""
    end: int


# Blanks and invisible characters split words on purpose or by a broken scan; width varies by keyboard.
_DROPPED = frozenset(" \t\r\n\v\f\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\u3000\ufeff")
_FOLD: dict[int, str | None] = {ord(character): None for character in _DROPPED}
_FOLD |= {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
_FOLD |= {ord(old): new for old, new in zip(danger_words.TRADITIONAL, danger_words.SIMPLIFIED, strict=True)}

_LONGEST_IDIOM = max(map(len, danger_words.IDIOMS))
_SENTENCE_ENDS = "。!?;…"
_CLAUSE_ENDS = _SENTENCE_ENDS + ",、:"
SAME_STORY = 100
"""Characters around: far enough for a thank-you letter, not for another matter in a long complaint."""


def danger_signs(text: str) -> tuple[DangerSign, ...]:
    composed = unicodedata.normalize("NFC", text)
    read = composed.translate(_FOLD)
    found = {*caught_by_words(read)} or {*_caught_by_ear(read)}
    if not found:
        return ()
    origin = [index for index, character in enumerate(composed) if character not in _DROPPED]
    return tuple(
        DangerSign(kind, origin[start], origin[end - 1] + 1)
        for kind, start, end in sorted(found, key=lambda sign: (sign[1], sign[2], sign[0]))
    )


def folded(text: str) -> str:
    """As both halves read it: composed, without blanks, of one width, simplified."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def caught_by_words(folded: str) -> Iterator[tuple[DangerKind, int, int]]:
    return (
        (DangerKind(term.kind), start, start + len(word))
        for term in danger_terms.TERMS
        for word in term.words
        if word in folded
        for start in _occurrences(word, folded)
        if _tells_of_danger(folded, term, start, start + len(word))
    )


def _caught_by_ear(folded: str) -> Iterator[tuple[DangerKind, int, int]]:
    return (
        (DangerKind(heard.kind), heard.start, heard.end)
        for heard in shipped_ear().hear(folded)
        if not is_over(folded[max(0, heard.start - SAME_STORY) : heard.end + SAME_STORY])
    )


def is_over(story: str) -> bool:
    """Told with its happy end, or with thanks and nothing of now."""
    if _has(story, danger_words.OVER):
        return not _has(story, danger_words.NOW_FOR_SURE)
    return _has(story, danger_words.THANKS) and not _has(story, danger_words.NOW)


def _occurrences(word: str, text: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + len(word))


def _tells_of_danger(text: str, term: Term, start: int, end: int) -> bool:
    if _part_of_idiom(text, start, end) or _denied(text, start):
        return False
    left, right = _around(text, start, end, _SENTENCE_ENDS, danger_terms.SENTENCE_REACH)
    sentence = text[left:right]
    if term.before and not _has(text[max(left, start - term.reach) : start], term.before):
        return False
    nearby = text[max(left, start - term.reach) : min(right, end + term.reach)]
    if _has(nearby, term.unless) or not all(_has(nearby, choice) for choice in term.near):
        return False
    if term.alarm_only and len(text) > danger_terms.LONG_TEXT and not _is_alarm(sentence):
        return False
    if term.whatever_else:
        return True
    return not _told_about(text, sentence, start) and (
        _has(sentence, danger_words.NOW) or not shipped_ear().objects(text, start, end)
    )


def _part_of_idiom(text: str, start: int, end: int) -> bool:
    nearby = text[max(0, start - _LONGEST_IDIOM) : end + _LONGEST_IDIOM]
    here = min(start, _LONGEST_IDIOM)
    return any(
        begin < here + end - start and begin + len(idiom) > here
        for idiom in _idioms_touching(text[start:end])
        for begin in _occurrences(idiom, nearby)
    )


@cache
def _idioms_touching(word: str) -> tuple[str, ...]:
    return tuple(idiom for idiom in danger_words.IDIOMS if not set(idiom).isdisjoint(word))


def _denied(text: str, start: int) -> bool:
    """Only right before the word: `没有自杀` denies, `没有办法，只想自杀` does not."""
    lead = text[max(0, start - 4) : start]
    return any(0 <= len(lead) - lead.rfind(word) - len(word) <= 2 for word in danger_words.DENIALS if word in lead)


def _is_alarm(sentence: str) -> bool:
    return len(sentence) <= danger_terms.SHORT_SENTENCE or _has(sentence, danger_words.NOW)


def _told_about(text: str, sentence: str, start: int) -> bool:
    """News, drills, slogans, advice and happy ends speak of danger without being in it."""
    left, _ = _around(text, start, start, _CLAUSE_ENDS, danger_terms.SENTENCE_REACH)
    if _has(sentence, danger_words.OVER) or _has(text[left:start], danger_words.PREVENTION):
        return True
    if _has(sentence, danger_words.NOW_FOR_SURE):
        return False
    return _dated(sentence) or (_has(sentence, danger_words.STORY) and not _has(sentence, danger_words.NOW))


def _dated(sentence: str) -> bool:
    return any(
        character in "年月日" and index > 0 and sentence[index - 1] in "0123456789几多上去前"
        for index, character in enumerate(sentence)
    )


def _around(text: str, start: int, end: int, ends: str, reach: int) -> tuple[int, int]:
    left, right = start, end
    while left > 0 and start - left < reach and text[left - 1] not in ends:
        left -= 1
    while right < len(text) and right - end < reach and text[right] not in ends:
        right += 1
    return left, right


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)
