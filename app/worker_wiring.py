"""A worker and everything it works with. Only the wiring; `awning worker` imports it when it is run."""

from datetime import timedelta

from app.adapters.customer_records import CustomerRecords
from app.adapters.database import Database
from app.adapters.documents.issuing import Certificates
from app.adapters.encryption import Cipher
from app.adapters.evidence_jobs import evidence_jobs
from app.adapters.evidence_mailed import evidence_of_mail
from app.adapters.jobs import Job, due_jobs
from app.adapters.mail import THREADS, Correspondence, MailCarrier
from app.adapters.mail_sending import FolderTransport, SmtpTransport, Transport
from app.adapters.outbox import Outbox
from app.adapters.portal_jobs import portal_jobs
from app.adapters.shelf import Shelf
from app.adapters.tokens import Tokens
from app.adapters.webhook_addresses import address_rules
from app.adapters.webhook_endpoints import Endpoints
from app.adapters.webhook_sending import WebhookCarrier
from app.adapters.worker import Patience, Worker
from app.config import Settings
from app.services.deliver import Carrier
from app.web.links import Links


def worker_of(settings: Settings) -> Worker:
    database = Database(settings.database_url, pool_size=THREADS + 4)  # a mail's thread asks over a line of its own
    carriers: dict[str, Carrier] = {"webhook": _webhooks(settings, database), "mail": _mail(settings, database)}
    outbox = Outbox(database, timedelta(seconds=settings.delivery.lease))
    return Worker(outbox, carriers, _jobs(settings, database), Patience(settings.delivery.poll))


def _webhooks(settings: Settings, database: Database) -> WebhookCarrier:
    endpoints = Endpoints(database, Cipher(settings.secret_key, "webhook-secrets"))
    given = settings.delivery
    return WebhookCarrier(endpoints, address_rules(settings), given.webhook_timeout, given.webhook_spacing)


def _mail(settings: Settings, database: Database) -> MailCarrier:
    shelf = Shelf(database, settings.catalog_refresh, settings.catalog_cache)
    links = Links(settings.url, Tokens(settings.secret_key))
    certificates = Certificates(shelf, CustomerRecords(database), links)
    correspondence = Correspondence(
        partner=shelf.partner,
        links=links.in_mail,
        certificate=certificates.certificate_for,
        on_mailed=evidence_of_mail(database),
    )
    given = settings.delivery
    return MailCarrier(correspondence, _transport(settings), given.mail_timeout, given.mail_spacing)


def _transport(settings: Settings) -> Transport:
    given = settings.delivery
    return (
        SmtpTransport(given.smtp_url, given.mail_timeout)
        if given.smtp_url
        else FolderTransport(settings.var / "outbox")
    )


def _jobs(settings: Settings, database: Database) -> list[Job]:
    evidence = evidence_jobs(database, settings.secret_key, timedelta(hours=settings.undecided_hours))
    return [*due_jobs(database), *evidence, *portal_jobs(database)]
