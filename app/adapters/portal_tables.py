"""The tables of the in-store portal: stores, people, tablets, and the sales they are in the middle of."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from app.adapters.tables import Moment, metadata

stores = Table(
    "store",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("code", String(20), nullable=False),
    Column("name", String(120), nullable=False),
    Column("country", String(2), nullable=False),
    Column("region", String(60), nullable=True),
    Column("currency", String(3), nullable=False),
    Column("language", String(5), nullable=False),
    Column("time_zone", String(40), nullable=False),
    Column("subsidiary", String(200), nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=True),
)
Index("uq_store_partner_code_code", stores.c.partner_code, stores.c.code, unique=True)

# Secrets are never stored: passwords, PINs and recovery codes as argon2id hashes, the TOTP secret sealed.
staff = Table(
    "staff",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("name", String(120), nullable=False),
    Column("email", String(254), nullable=True, unique=True),
    Column("language", String(5), nullable=False),
    Column("password_hash", Text, nullable=True),
    Column("totp_secret", LargeBinary, nullable=True),
    # The last time step that was used: a code that was looked at over a shoulder works once.
    Column("totp_step", Integer, nullable=True),
    Column("recovery_hashes", Text, nullable=False),
    Column("pin_hash", Text, nullable=True),
    Column("is_demo", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
)

# Wrong passwords and codes of one person from one place: five rest it, and nobody who signs in from another. `origin`
# is a hash of the address or of the tablet's id.
sign_in_tries = Table(
    "sign_in_try",
    metadata,
    Column("staff_id", String(36), ForeignKey("staff.id"), primary_key=True),
    Column("origin", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("tried_at", Moment, nullable=False, index=True),
)

staff_stores = Table(
    "staff_store",
    metadata,
    Column("staff_id", String(36), ForeignKey("staff.id"), primary_key=True),
    Column("store_id", String(36), ForeignKey("store.id"), primary_key=True, index=True),
)

# Where the law asks who sells to be trained first: who was, for which rule of the catalog, and who says so.
staff_trainings = Table(
    "staff_training",
    metadata,
    Column("staff_id", String(36), ForeignKey("staff.id"), primary_key=True),
    Column("rule", String(60), primary_key=True),
    Column("trained_at", Moment, nullable=False),
    Column("recorded_by", String(36), nullable=False),
)

devices = Table(
    "device",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False, index=True),
    Column("store_id", String(36), ForeignKey("store.id"), nullable=False),
    Column("name", String(120), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("enrolled_by", String(36), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_at", Moment, nullable=True),
    Column("revoked_at", Moment, nullable=True),
)

enrolments = Table(
    "enrolment",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("store_id", String(36), ForeignKey("store.id"), nullable=False),
    Column("device_name", String(120), nullable=False),
    Column("created_by", String(36), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True),
)

# Wrong PINs of one person on one tablet; five lock the pair until a manager unlocks it.
pin_failures = Table(
    "pin_failure",
    metadata,
    Column("device_id", String(36), ForeignKey("device.id"), primary_key=True),
    Column("staff_id", String(36), ForeignKey("staff.id"), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_at", Moment, nullable=True),
)

# Somebody at work. On a tablet it is locked, not ended: what was begun is still there after the PIN.
sessions = Table(
    "portal_session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("staff_id", String(36), ForeignKey("staff.id"), nullable=False, index=True),
    Column("device_id", String(36), nullable=True, index=True),
    Column("store_id", String(36), nullable=True),
    Column("is_training", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
)

# Who did what; only ever appended to. `subject` is what it was done to, `facts` says nothing of customers.
audit = Table(
    "portal_audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("partner_code", String(5), nullable=False),
    Column("store_id", String(36), nullable=True),
    Column("staff_id", String(36), nullable=True),
    Column("device_id", String(36), nullable=True),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("facts", Text, nullable=False),
)
Index("ix_portal_audit_partner_code_id", audit.c.partner_code, audit.c.id)

# A sale in the middle, whole in `state`. `code` is what a customer takes home to have the quote again.
drafts = Table(
    "draft",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("store_id", String(36), ForeignKey("store.id"), nullable=False),
    Column("staff_id", String(36), nullable=False),
    Column("status", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("code", String(12), nullable=True, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
)
Index("ix_draft_store_id_status_updated_at", drafts.c.store_id, drafts.c.status, drafts.c.updated_at)

# Each form that was sent, by the nonce it carried, and where it led: sent twice, it leads there again.
submissions = Table(
    "draft_submission",
    metadata,
    Column("draft_id", String(36), primary_key=True),
    Column("nonce", String(32), primary_key=True),
    Column("location", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
)

# A customer was asked: which line of which sale, by whom, with which offer. What became of it stands with the offer.
asks = Table(
    "ask",
    metadata,
    Column("draft_id", String(36), primary_key=True),
    Column("line", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("store_id", String(36), nullable=False),
    Column("staff_id", String(36), nullable=False),
    Column("offer_id", String(36), nullable=False, unique=True),
    Column("asked_at", Moment, nullable=False),
)
Index("ix_ask_store_id_asked_at", asks.c.store_id, asks.c.mode, asks.c.asked_at)

# What a booking is found by at the counter: serial, receipt, phone, name and postcode, made comparable.
sale_keys = Table(
    "sale_key",
    metadata,
    Column("partner_code", String(5), primary_key=True),
    Column("mode", String(4), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("offer_id", String(36), primary_key=True, index=True),
    Column("store_id", String(36), nullable=False),
)

# A sale in the customer's own hand for a quarter of an hour: read, accepted, once.
handovers = Table(
    "handover",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("draft_id", String(36), nullable=False, index=True),
    Column("store_id", String(36), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=True),
    Column("used_at", Moment, nullable=True),
)
