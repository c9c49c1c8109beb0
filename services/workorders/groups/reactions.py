"""What was decided to be told in groups goes out, and is taken back, through the one port."""

from services.workorders.groupanswers.decider import GroupAnswered
from services.workorders.groups.posts import GroupPort, Posting, PostKind
from services.workorders.orders.rules.broadcast_facts import BroadcastRecalled, BroadcastSent
from shared.eventstore import Incoming, Transaction
from shared.messaging import Reaction


def post_in_groups(port: GroupPort) -> Reaction:
    async def carry(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case BroadcastSent() as sent:
                for group in sent.groups:
                    posting = Posting(
                        group, PostKind.BROADCAST, sent.broadcast_id, sent.order_id, sent.request_id, sent.occurred_at
                    )
                    await port.post(posting, tx)
            case BroadcastRecalled() as recalled:
                await port.withdraw(recalled.broadcast_id, recalled.occurred_at, tx)
            case GroupAnswered() as told:
                posting = Posting(
                    told.group, PostKind.ANSWER, told.request_id, told.order_id, told.request_id, told.occurred_at
                )
                await port.post(posting, tx)
            case _:
                return

    return Reaction(
        reader="workorders.post_in_groups",
        causes=(("workorders", BroadcastSent), ("workorders", BroadcastRecalled), ("workorders", GroupAnswered)),
        handle=carry,
    )
