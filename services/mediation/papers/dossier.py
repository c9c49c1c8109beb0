"""一人一事一档: one person, one matter, one file, without talks apart, notes of sessions and drafts (R-15)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from fastapi import Response

from services.mediation.adapters.typesetting import Typesetter, qr
from services.mediation.agreements.agreementfile import AgreementFile, read_agreement
from services.mediation.cases.casefile import CaseFile, read_case
from services.mediation.cases.facts import CaseEvent
from services.mediation.cases.reactions import agreement_of
from services.mediation.cases.room import CaseRoom
from services.mediation.exports.decider import Asked, Form
from services.mediation.exports.store import ExportHandler
from services.mediation.litigation.facts import LitigationEvent
from services.mediation.litigation.store import LitigationHandler, litigation_of
from services.mediation.panels.bodies import PanelFile
from services.mediation.panels.panelfile import panel_file
from services.mediation.papers import words
from services.mediation.papers.course import aid_of, course_of, panel_of, trial_of
from services.mediation.papers.inputs import Inputs, RecordMark, commitment_of, mark_of
from services.mediation.papers.pages import pages
from services.mediation.papers.views import Annals, Step
from services.mediation.referrals.decider import ReferralEvent
from services.mediation.referrals.store import ReferralHandler, referral_of
from shared.contracts.codes import SessionKind
from shared.kernel import Context, Digest, NotFound, PersonId, RequestId, value
from shared.web import Vault

LEFT_OUT: Final = frozenset({SessionKind.CAUCUS})


@value
class Gathered:
    """Everything a file is made of. `aid` is the asker's own; nobody learns here whether the other side applied."""

    case: tuple[CaseEvent, ...]
    paper: AgreementFile | None
    panel: PanelFile | None
    aid: tuple[ReferralEvent, ...]
    trial: tuple[LitigationEvent, ...]
    told: Sequence[Step]
    claim: str | None


def dossier(gathered: Gathered) -> Inputs:
    """What may leave: facts and dates, the whole course, the signed agreement and its duties, what was told. Plain
    data, for both forms.

    R-15: nothing of talks apart, no note of any session or panel, no draft that was not signed, no suspicion, no gate.
    """
    shown = read_case(gathered.case).for_parties()
    sides = words.sides_of(each.party for each in shown.parties)
    course = course_of(gathered.case, sides)
    paper = gathered.paper
    signed = paper if paper is not None and paper.in_effect_at is not None else None
    return {
        "request": str(shown.request_id),
        "case": str(shown.case_id),
        "attempt": shown.attempt,
        "channel": shown.channel,
        "state": shown.state,
        "opened_at": _at(shown.opened_at),
        "closed_at": _at(shown.closed_at),
        "outcome": shown.outcome,
        "other_ways": list(shown.other_ways),
        "claim": gathered.claim,
        "parties": [
            {"side": sides[each.party], "consented": each.consented, "refused": each.refused, "how": each.how}
            for each in shown.parties
        ],
        "prior_notice": any(each["step"] == "told_before" for each in course),
        "course": course,
        "sessions": [
            {
                "kind": each.kind,
                "channel": each.channel,
                "opened_at": _at(each.opened_at),
                "ended_at": _at(each.ended_at),
                "result": each.result,
            }
            for each in shown.sessions
            if SessionKind(each.kind) not in LEFT_OUT
        ],
        "panel": panel_of(gathered.panel) if gathered.panel else None,
        "agreement": _agreement(signed, sides) if signed else None,
        "own_legal_aid": aid_of(gathered.aid),
        "litigation": trial_of(gathered.trial),
        "told": [
            {"fact": each.fact, "about": each.about, "side": each.side, "at": _at(each.at)} for each in gathered.told
        ],
    }


def _agreement(paper: AgreementFile, sides: Mapping[PersonId, str]) -> Inputs:
    confirmation = paper.confirmation
    return {
        "agreement": str(paper.agreement_id),
        "product": paper.product,
        "effect": paper.effect,
        "state": paper.state,
        "version": paper.draft,
        "in_effect_at": _at(paper.in_effect_at),
        "terms": paper.terms,
        "signatures": [
            {"side": sides.get(each.party, ""), "how": each.how, "at": _at(each.at)} for each in paper.signatures
        ],
        "duties": [
            {
                "by": sides.get(each.by, ""),
                "to": sides.get(each.to, ""),
                "what": words.what(each),
                "kind": each.kind,
                "amount_fen": each.amount_fen,
                "goods": each.goods.model_dump() if each.goods else None,
                "place": each.place,
                "times": each.times,
                "due": each.due.isoformat() if each.due else None,
                "state": each.state,
                "performed_at": _at(each.performed_at),
                "defaulted_at": _at(each.defaulted_at),
                "rung": each.rung,
            }
            for each in paper.duties
        ],
        "confirmation": confirmation.state if confirmation else None,
    }


def _at(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


class DossierPrinter:
    def __init__(
        self,
        room: CaseRoom,
        exports: ExportHandler,
        referrals: ReferralHandler,
        litigations: LitigationHandler,
        annals: Annals,
        vault: Vault,
        typesetter: Typesetter,
        origin: str,
    ) -> None:
        self._room = room
        self._referrals = referrals
        self._litigations = litigations
        self._exports = exports
        self._annals = annals
        self._vault = vault
        self._typesetter = typesetter
        self._origin = origin

    async def printed(self, export: Asked, form: Form, context: Context, for_party: PersonId | None) -> Response:
        """The file as it is now; its mark leads to the record of this very export."""
        file = await self._file(export, context, for_party)
        newest = (await self._exports.history(export.export_id))[-1].raw
        behind = RecordMark(newest.record_id, Digest(newest.commitment.hex()), newest.salt)
        headers = {
            "Cache-Control": "no-store",
            "Lounge-Record": str(behind.record),
            "Lounge-Inputs": commitment_of(file, behind.salt),
        }
        if form is Form.JSON:
            body = orjson.dumps({**file, "mark": mark_of(self._origin, behind)}, option=orjson.OPT_INDENT_2)
            return Response(body, media_type="application/json", headers=headers)
        paper = pages(file, newest.occurred_at, behind, self._origin)
        paper["mark"]["qr"] = qr(paper["mark"]["url"])
        return Response(await self._typesetter.pdf("dossier", paper), media_type="application/pdf", headers=headers)

    async def _file(self, export: Asked, context: Context, for_party: PersonId | None) -> Inputs:
        events = tuple([stored.event for stored in await self._room.cases.history(export.case_id)])
        case = read_case(events)
        history = [stored.event for stored in await self._room.agreements.history(agreement_of(export.case_id))]
        paper = read_agreement(history) if history else None
        requester = for_party is not None and for_party == case.parties[0].party
        texts = await self._texts(export, case, paper, requester, context)
        if paper is not None:
            paper.terms = texts.get(paper.terms_item)
            for duty in paper.duties:
                duty.what = texts.get(duty.what_item) if duty.what_item else None
        claim = texts.get(case.narrative) if requester else None
        trial = await self._litigations.history(litigation_of(export.case_id))
        gathered = Gathered(
            case=events,
            paper=paper,
            panel=await self._panel(export.case_id),
            aid=await self._own_aid(export.case_id, for_party),
            trial=tuple(stored.event for stored in trial),
            told=await self._annals.of(export.request_id),
            claim=claim,
        )
        return dossier(gathered)

    async def _panel(self, case_id: UUID) -> PanelFile | None:
        try:
            return await panel_file(self._room, case_id)
        except NotFound:
            return None

    async def _own_aid(self, case_id: UUID, for_party: PersonId | None) -> tuple[ReferralEvent, ...]:
        """R-25: for the applicant's eyes."""
        if for_party is None:
            return ()
        history = await self._referrals.history(referral_of(case_id, for_party))
        return tuple(stored.event for stored in history)

    async def _texts(
        self, export: Asked, case: CaseFile, paper: AgreementFile | None, requester: bool, context: Context
    ) -> Mapping[UUID, str | None]:
        """What one side claims goes to that side alone; what all signed goes to all."""
        items = [case.narrative] if requester else []
        if paper is not None and paper.in_effect_at is not None:
            items += [paper.terms_item, *(duty.what_item for duty in paper.duties if duty.what_item)]
        return await self._vault.fetch(
            context, list(dict.fromkeys(items)), purpose=export.purpose, request_id=RequestId(export.request_id)
        )
