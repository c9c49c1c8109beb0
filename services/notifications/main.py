"""The contact with the people of each request, composed."""

from pathlib import Path

from services.notifications.adapters.mail import MailServer
from services.notifications.contacts.api import contacts_router
from services.notifications.contacts.mailbox import Mailbox
from services.notifications.contacts.postman import Postman
from services.notifications.contacts.reactions import follow_intake, letter_timers, tell_progress
from services.notifications.contacts.relations import of_people, of_staff
from services.notifications.contacts.store import CATEGORY, contact_codec, contact_handler
from services.notifications.contacts.views import CONTACT_VIEWS
from services.notifications.settings import NotificationsSettings
from shared.web import Deps, Service


def build(deps: Deps) -> Service:
    settings = NotificationsSettings()
    pool = deps.store.pool
    contacts = contact_handler(deps.store)
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
    return Service(
        name="notifications",
        routers=(router,),
        views=CONTACT_VIEWS,
        reactions=(follow_intake(contacts), tell_progress(contacts)),
        timers=(letter_timers(contacts),),
        codecs={CATEGORY: contact_codec},
        workers=(postman.run,),
        problems=Path(__file__).with_name("problems.yaml"),
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
