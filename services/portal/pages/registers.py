"""Who is on the registers today: whom a case may be given to, by channel."""

from services.portal.desk_client import DeskClient, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_models import Bodies, Body, Case, Mediator, Mediators
from services.portal.pages.channel_words import TRADES
from services.portal.pages.contexts import Choice
from services.portal.pages.staffroom import named
from shared.kernel import value

COURT_PEOPLE = frozenset({"court_mediator"})


@value
class Registers:
    mediators: tuple[Mediator, ...] = ()
    bodies: tuple[Body, ...] = ()

    def body(self, code: str) -> Body | None:
        return next((each for each in self.bodies if each.code == code), None)

    def hosts(self, channel: str) -> tuple[Mediator, ...]:
        """Whom the registers offer to a channel; in police mediation the officer himself hosts."""
        kind = {"IM": "industry", "JM": "court"}.get(channel)
        if channel == "PSM":
            return ()
        found = ((each, self.body(each.committee)) for each in self.mediators)
        return tuple(each for each, body in found if (body.kind if body else None) == kind)


async def registers(desk: DeskClient) -> Registers:
    """Empty where they cannot be read: the page still stands, and the desk refuses by itself."""
    try:
        mediators = await desk.get("/mediation/v1/mediators", Mediators)
        bodies = await desk.get("/mediation/v1/bodies", Bodies)
    except (Refused, Unreachable):
        return Registers()
    return Registers(mediators.mediators, bodies.bodies)


async def host_choices(site: Site, caller: Caller, case: Case) -> tuple[Choice, ...]:
    """Empty where the reader names himself: officers in their own channel, the court in its own."""
    if case.channel == "PSM" or (case.channel == "JM" and COURT_PEOPLE & set(caller.staff.roles)):
        return ()
    known = await registers(caller.desk)
    names = await site.staff.names()
    return tuple(
        Choice(str(each.person), named(each.person, names, "登记在册的调解员"), site.bureau.unit(each.committee))
        for each in known.hosts(case.channel)
    )


def bodies_for(site: Site, known: Registers, case: Case, channel: str) -> tuple[str, ...]:
    """Which body may take it, in words; for a trade only those that know it and stand on the list."""
    match channel:
        case "PSM":
            return (site.bureau.unit(case.unit),) if case.channel == "PSM" or case.category == "PSO" else ()
        case "PM":
            committees = dict.fromkeys(each.committee for each in known.hosts("PM"))
            return tuple(
                f"{site.bureau.unit(code)}（{sum(each.committee == code for each in known.hosts('PM'))} 名调解员）"
                for code in committees
            )
        case "IM":
            return tuple(
                f"{site.bureau.unit(each.code)}（{'、'.join(TRADES.get(trade, trade) for trade in each.trades)}，"
                f"{'在名册上' if each.listed else '不在名册上，协议只是普通合同'}）"
                for each in known.bodies
                if each.kind == "industry" and (case.course.trade is None or case.course.trade in each.trades)
            )
    return tuple(site.bureau.unit(each.code) for each in known.bodies if each.kind == "court")
