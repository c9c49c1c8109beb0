"""The case room: where a call meets the case, its agreement, the register and the vault."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.mediation.agreements.agreementfile import AgreementFile, read_agreement
from services.mediation.agreements.state import InEffect
from services.mediation.agreements.store import AgreementHandler
from services.mediation.cases.bodies import CaseAnswer, Step, WhyNot
from services.mediation.cases.casefile import CaseFile, read_case
from services.mediation.cases.commands import CaseCommand, Official, ReportDanger
from services.mediation.cases.facts import Interest, OwnWay
from services.mediation.cases.reactions import agreement_of
from services.mediation.cases.refusals import CaseHasEnded, NotOneOfTheParties
from services.mediation.cases.standing import PARTY_ROLES, Desk, party_of, relations_to
from services.mediation.cases.state import Ended, Open, stage
from services.mediation.cases.steps import Reader, Verdict, operation_for, verdicts
from services.mediation.cases.store import CaseHandler
from services.mediation.channels.commands import PanelSeen
from services.mediation.channels.rules.interests import ONLY_TO_BE_DISCLOSED
from services.mediation.panels.commands import CaseSeen
from services.mediation.panels.decider import PanelState, Standing
from services.mediation.panels.store import PanelHandler, panel_of
from shared.contracts.codes import Purpose, Relation, Role
from shared.kernel import (
    Actor,
    Clock,
    CorruptHistory,
    NotFound,
    PersonId,
    Rejection,
    RequestId,
    TextRef,
    derive_id,
)
from shared.web import Call, Query, Text, Vault, VaultUnavailable
from shared.web.access import access_table
from shared.web.problems import Catalogue


def id_in(path: Mapping[str, str], name: str) -> UUID:
    """A path that names nothing finds nothing."""
    try:
        return UUID(path[name])
    except ValueError:
        raise NotFound(name) from None


class CaseRoom:
    def __init__(
        self,
        cases: CaseHandler,
        agreements: AgreementHandler,
        desk: Desk,
        panels: PanelHandler,
        vault: Vault,
        clock: Clock,
        words: Catalogue,
    ) -> None:
        self.cases = cases
        self.agreements = agreements
        self.desk = desk
        self.panels = panels
        self.vault = vault
        self.clock = clock
        self._words = words

    def now(self) -> datetime:
        return self.clock.now()

    async def file(self, case_id: UUID) -> CaseFile:
        return read_case(stored.event for stored in await self.cases.history(case_id))

    async def open_case(self, case_id: UUID) -> Open | Ended:
        state, _ = await self.cases.state(case_id)
        if not isinstance(state, Open | Ended):
            raise CorruptHistory(f"case {case_id} was read and is not there")
        return state

    async def relate(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        case_id = id_in(path, "case_id")
        found = relations_to(actor, await self.file(case_id))
        panel = await self.panel(case_id)
        if isinstance(panel, Standing) and actor.person in panel.offered.values():
            return found | {Relation.PANEL, Relation.TASK, Relation.DISPUTE}
        return found

    async def panel(self, case_id: UUID) -> PanelState:
        state, _ = await self.panels.state(panel_of(case_id))
        return state

    async def panel_seen(self, file: CaseFile) -> PanelSeen | None:
        """The panel as it sits at this moment; None where nobody called one together."""
        panel = await self.panel(file.case_id)
        if not isinstance(panel, Standing):
            return None
        lacking = panel.lacking(await self.seen(file))
        return PanelSeen(panel.template, lacking, tuple(sorted(panel.taken.values())))

    async def seen(self, file: CaseFile) -> CaseSeen:
        """The case as its panel sees it: who has a part in it, also by what other cases tell of those who sit."""
        panel = await self.panel(file.case_id)
        sitting = panel.taken.values() if isinstance(panel, Standing) else ()
        found = {person for person in sitting if await self.desk.conflicts(person, file)}
        told = {each.person for each in file.course.interests if Interest(each.interest) not in ONLY_TO_BE_DISCLOSED}
        return CaseSeen(
            parties=frozenset(each.party for each in file.parties),
            agents=frozenset(each.agent for each in file.course.agents),
            interested=frozenset(told | found),
        )

    async def official(self, actor: Actor, file: CaseFile | None = None) -> Official:
        """With `file` also what the own history tells about him and these parties."""
        return await self.desk.official(actor, self.now(), file)

    async def named(self, person: PersonId, file: CaseFile) -> Official:
        return await self.desk.named(person, self.now(), file)

    async def party(self, call: Call, case_id: UUID) -> tuple[PersonId, OwnWay]:
        """As whom the caller speaks, and how the door was opened."""
        party = party_of(call.actor, await self.file(case_id))
        if party is None:
            raise NotOneOfTheParties
        return party, OwnWay.CODE_PIN if call.actor.about else OwnWay.SIGNED_IN

    async def seal(
        self, call: Call, case_id: UUID, request_id: UUID, texts: Mapping[str, Text | None]
    ) -> Mapping[str, TextRef]:
        sealed = await self.vault.seal(
            derive_id(case_id, call.principal),
            f"{call.once.operation}/{call.key}",
            texts,
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs

    async def act(self, case_id: UUID, wish: CaseCommand, call: Call, **more: object) -> dict[str, Any]:
        """The last signature is the end: what comes before its reader has settled the case comes too late."""
        agreement, _ = await self.agreements.state(agreement_of(case_id))
        if isinstance(agreement, InEffect) and not isinstance(wish, ReportDanger):
            raise CaseHasEnded
        recorded = await self.cases.handle(
            case_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: {
                "case_id": str(case_id),
                "request_id": str(getattr(recorded.state, "request_id", None)),
                "state": stage(recorded.state),
                "version": recorded.version,
                "record_id": str(recorded.last) if recorded.last else None,
                **{name: str(value) for name, value in more.items()},
            },
            if_version=call.if_match,
        )
        return recorded.answer or {}

    async def answer(self, case_id: UUID, query: Query, texts: bool) -> CaseAnswer:
        history = [stored.event for stored in await self.cases.history(case_id)]
        file = read_case(history)
        drafted = [stored.event for stored in await self.agreements.history(agreement_of(case_id))]
        shown = file.for_parties() if query.actor.role in PARTY_ROLES else file
        return CaseAnswer(
            **shown.model_dump(),
            claim=await self._claim(file, query) if texts else None,
            you=party_of(query.actor, file),
            relations=sorted(query.relations),
            agreement=read_agreement(drafted) if drafted else None,
            next=await self._next(file, query),
        )

    async def _claim(self, file: CaseFile, query: Query) -> str | None:
        """The other side reads what is claimed in neutral words, never the requester's own."""
        if query.actor.role == Role.OTHER_PARTY or Relation.OWN not in query.relations:
            return None
        return (await self.texts(query, file.request_id, (file.narrative,))).get(file.narrative)

    async def texts(self, query: Query, request_id: UUID, items: tuple[UUID, ...]) -> Mapping[UUID, str | None]:
        """A page without its texts is better than no page."""
        try:
            return await self.vault.fetch(
                query.context, items, purpose=Purpose.MEDIATION, request_id=RequestId(request_id)
            )
        except VaultUnavailable:
            return {}

    async def _next(self, file: CaseFile, query: Query) -> list[Step]:
        actor = query.actor
        if actor.person is None and actor.about is None:
            return []
        case, _ = await self.cases.state(file.case_id)
        agreement, _ = await self.agreements.state(agreement_of(file.case_id))
        party = party_of(actor, file)
        who = await self.official(actor, file) if actor.person else Official(file.parties[0].party, frozenset(), None)
        reader = Reader(who, party, await self.panel_seen(file))
        return [
            self._step(verdict, query.language)
            for verdict in verdicts(case, agreement, reader, self.now())
            if any(
                access_table().may(role, operation_for(verdict.operation, role), query.relations).allowed
                for role in actor.roles
            )
        ]

    def _step(self, verdict: Verdict, language: str) -> Step:
        refusal = verdict.refusal
        why_not = self.in_words(refusal, language) if refusal is not None else None
        return Step(
            operation=f"mediation.{verdict.operation}",
            allowed=refusal is None and not verdict.done,
            done=verdict.done,
            why_not=why_not,
            rule=refusal.rule if refusal else None,
        )

    def in_words(self, refusal: Rejection, language: str) -> WhyNot:
        title, detail = self._words.words(refusal.slug, language, refusal.details)
        return WhyNot(slug=refusal.slug, title=title, detail=detail)

    async def agreement_file(self, agreement_id: UUID) -> AgreementFile:
        return read_agreement(stored.event for stored in await self.agreements.history(agreement_id))
