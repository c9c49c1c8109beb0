"""The contact with the people of each request, composed."""

from pathlib import Path

from services.notifications.adapters.mail import MailServer
from services.notifications.adapters.plan import load_plan
from services.notifications.adapters.topics import Topics
from services.notifications.contacts.api import contacts_router
from services.notifications.contacts.mailbox import Mailbox
from services.notifications.contacts.postman import Postman
from services.notifications.contacts.reactions import follow_intake, letter_timers, tell_progress
from services.notifications.contacts.relations import of_people, of_staff
from services.notifications.contacts.store import CATEGORY, contact_codec, contact_handler
from services.notifications.contacts.views import CONTACT_VIEWS
from services.notifications.settings import NotificationsSettings
from services.notifications.subscriptions.api import subscriptions_router
from services.notifications.subscriptions.courier import BELL, Courier
from services.notifications.subscriptions.kiosk import Kiosk
from services.notifications.subscriptions.ledger import Ledger
from services.notifications.subscriptions.purposes import NO_AGENCIES, load_agencies, load_purposes
from services.notifications.subscriptions.reactions import deliver_to_partners, endpoint_timers
from services.notifications.subscriptions.sending import Secrets, Sender
from services.notifications.subscriptions.store import (
    DELIVERIES,
    SUBSCRIPTIONS,
    delivery_codec,
    delivery_handler,
    subscription_codec,
    subscription_handler,
)
from services.notifications.subscriptions.stream import Streams
from services.notifications.subscriptions.topic_courier import TopicCourier
from services.notifications.subscriptions.views import SUBSCRIPTION_VIEWS
from services.notifications.visits.api import visits_router
from services.notifications.visits.reactions import plan_revisits, revisit_timers
from services.notifications.visits.store import CATEGORY as REVISITS
from services.notifications.visits.store import visit_codec, visit_handler
from services.notifications.visits.views import revisits
from shared.telemetry.names import PARTNER_BEHIND, PARTNER_GIVEN_UP, PARTNER_OVERDUE
from shared.web import Deps, Measure, Profile, Service
from shared.web.outbound import Outbound


def build(deps: Deps) -> Service:
    settings = NotificationsSettings()
    pool = deps.store.pool
    contacts = contact_handler(deps.store)
    visits, plan = visit_handler(deps.store), load_plan(settings.revisit_plan)
    postman = Postman(
        contacts,
        deps.vault,
        mail_server(settings),
        deps.clock,
        follow_url=settings.follow_url,
        pause=settings.post_seconds,
    )
    router = contacts_router(
        contacts,
        Mailbox(pool, deps.vault),
        deps.vault,
        deps.guard,
        deps.clock,
        of_people(contacts, pool),
        of_staff(contacts, pool),
    )
    subscriptions, deliveries = subscription_handler(deps.store), delivery_handler(deps.store)
    purposes = load_purposes(settings.purposes) if settings.purposes else load_purposes()
    agencies = load_agencies(settings.agencies) if settings.agencies else load_agencies()
    if deps.profile is Profile.PRODUCTION and settings.agencies is None:
        agencies = NO_AGENCIES
    ledger, secrets = Ledger(pool, deps.division), Secrets(deps.secret("webhooks"))
    outbound = Outbound(allow_private=settings.partners_inside)
    sender = Sender(outbound, deps.vault, secrets, agencies, deps.coverage, deps.clock, deps.division)
    courier = Courier(subscriptions, deliveries, ledger, sender, deps.clock, deps.wakeups)
    shelf = partner_topics(settings)
    topics = TopicCourier(subscriptions, ledger, sender, shelf, deps.wakeups) if shelf else None
    kiosk = Kiosk(
        subscriptions=subscriptions,
        ledger=ledger,
        sender=sender,
        streams=Streams(ledger, sender, deps.wakeups, settings.stream_seconds),
        purposes=purposes,
        agencies=agencies,
        secrets=secrets,
        vault=deps.vault,
        outbound=outbound,
        clock=deps.clock,
        division=deps.division,
        has_topics=settings.partner_kafka is not None,
        ring=lambda: deps.wakeups.wake(BELL),
    )
    return Service(
        name="notifications",
        routers=(
            subscriptions_router(kiosk, deps.guard),
            router,
            visits_router(visits, plan, deps.vault, deps.guard, deps.clock),
        ),
        views=(*CONTACT_VIEWS, revisits, *SUBSCRIPTION_VIEWS),
        reactions=(
            follow_intake(contacts),
            tell_progress(contacts),
            plan_revisits(visits, contacts, plan.rows, deps.clock),
            deliver_to_partners(deliveries, ledger, purposes, agencies, deps.clock),
        ),
        timers=(letter_timers(contacts), revisit_timers(visits), endpoint_timers(subscriptions)),
        codecs={
            CATEGORY: contact_codec,
            REVISITS: visit_codec,
            SUBSCRIPTIONS: subscription_codec,
            DELIVERIES: delivery_codec,
        },
        workers=(postman.run, courier.run, courier.tidy, *((topics.run,) if topics else ())),
        closing=(outbound.close, *((shelf.close,) if shelf else ())),
        measures=(
            Measure(PARTNER_BEHIND, courier.behind),
            Measure(PARTNER_OVERDUE, courier.overdue),
            Measure(PARTNER_GIVEN_UP, courier.given_up),
        ),
        problems=Path(__file__).with_name("problems.yaml"),
    )


def partner_topics(settings: NotificationsSettings) -> Topics | None:
    if settings.partner_kafka is None:
        return None
    return Topics(
        settings.partner_kafka,
        settings.partner_kafka_user,
        settings.partner_kafka_password.get_secret_value() if settings.partner_kafka_password else None,
        tls=settings.partner_kafka_tls,
    )


def mail_server(settings: NotificationsSettings) -> MailServer:
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        starttls=settings.smtp_starttls,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        sender=settings.sender,
        sender_name=settings.sender_name,
        seconds=settings.smtp_seconds,
    )
