"""A second, slower reading of what the first one was unsure of. R-39: a person's word stands above both."""

from services.routing.decisions.commands import CorrectJudgement
from services.routing.decisions.draft import Draft
from services.routing.decisions.facts import DecidedBy
from services.routing.decisions.model_facts import JudgementCorrected
from services.routing.decisions.rules.ruling import ruling
from services.routing.decisions.state import Matter, Waiting
from shared.contracts.codes import Priority
from shared.kernel import RuleId

LAW = RuleId("R-39")


def correct_judgement(command: CorrectJudgement, draft: Draft) -> None:
    """R-39. Too late, it is nothing: no refusal, because nobody asked for it by hand."""
    if not may_correct(draft.matter):
        return
    draft.add(
        JudgementCorrected(
            request_id=command.request_id,
            attempt=draft.matter.attempt,
            category=command.category,
            priority=command.priority,
            police=command.police,
            channel=command.channel,
            flags=command.flags,
            unsure=command.unsure,
            model=command.model,
            rule=LAW,
            occurred_at=command.at,
        )
    )
    found = ruling(
        command.category.label, command.flags, command.priority.label, command.police.label, command.channel.label
    )
    draft.apply_pack(found, draft.matter.danger, command.category.confidence)
    draft.send(command.roster)


def may_correct(matter: Matter) -> bool:
    """Only a doubt of the model that no person has looked at. Danger and what must happen at once are a person's."""
    if matter.danger or matter.escalations or not isinstance(matter.phase, Waiting):
        return False
    if matter.ruling is None or matter.ruling.priority is Priority.P0:
        return False
    return matter.doubted and matter.decided_by is not DecidedBy.PERSON
