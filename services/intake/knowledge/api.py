"""南小警 over HTTP: anybody asks in his own words. Nothing of a question is kept, decided or opened (R-39)."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Query as Param

from services.intake.knowledge.bodies import (
    KNOWN,
    UNKNOWN,
    EntryAnswer,
    KnowledgeList,
    QuestionAnswer,
    QuestionBody,
    Topic,
    line,
    next_steps,
    told,
)
from services.intake.knowledge.finding import Knowledge
from services.intake.requests.filing import danger_help, danger_in
from shared.kernel import NotFound
from shared.web import CodeText
from shared.web.limits import Limits, address_of
from shared.web.problems import language_of

LIKELY = 0.5
"""Of the best score: what else may have been meant."""


def knowledge_router(knowledge: Knowledge, limits: Limits, questions: str) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["knowledge"])

    @router.post("/questions", operation_id="intake.ask_question")
    async def ask(body: QuestionBody, request: Request) -> QuestionAnswer:
        """Danger is heard before anything is looked up, and its numbers are told whatever is known."""
        limits.hit(questions, "questions", address_of(request))
        return answer_to(knowledge, body.question, language_of(request))

    @router.get("/knowledge", operation_id="intake.list_knowledge")
    async def listed(topic: Annotated[str, Param(max_length=40)] = "") -> KnowledgeList:
        topics = Counter(entry.topic for entry in knowledge.entries)
        chosen = [entry for entry in knowledge.entries if topic in ("", entry.topic)]
        return KnowledgeList(
            topics=tuple(Topic(topic=name, entries=count) for name, count in topics.items()),
            entries=tuple(line(entry) for entry in chosen),
        )

    @router.get("/knowledge/{code}", operation_id="intake.get_knowledge")
    async def one(code: CodeText, request: Request) -> EntryAnswer:
        entry = knowledge.get(code)
        if entry is None:
            raise NotFound("entry")
        return told(entry, language_of(request))

    return router


def answer_to(knowledge: Knowledge, question: str, language: str) -> QuestionAnswer:
    """R-39: an answer names its source; without one it is said that nothing is known, and who knows."""
    found = knowledge.find(question)
    best = found[0] if found and found[0].sure else None
    others = [each.entry for each in found if each is not best and best and each.score >= LIKELY * best.score]
    return QuestionAnswer(
        known=best is not None,
        entry=told(best.entry, language) if best else None,
        others=tuple(line(entry) for entry in others),
        words=(KNOWN if best else UNKNOWN)[language],
        steps=next_steps(language),
        danger=danger_help(danger_in(question), language),
    )
