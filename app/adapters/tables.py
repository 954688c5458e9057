"""The tables. Ids of offers are UUIDv7: they sort by time, so the newest page of a list is one walk of an index."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Moment = DateTime(timezone=True)

releases = Table(
    "release",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("partner_code", String(5), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("pages", LargeBinary, nullable=False),
)

# Which release is in force for whom, from when on. Only ever appended to; the last row of a partner counts.
publications = Table(
    "publication",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("partner_code", String(5), nullable=False, index=True),
    Column("release_id", String(64), ForeignKey("release.id"), nullable=False),
    Column("published_at", Moment, nullable=False),
)

partner_keys = Table(
    "partner_key",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("partner_code", String(5), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("origins", Text, nullable=False),
    Column("date_skew_seconds", Integer, nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("replaces", String(120), nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
    Column("revoked_at", Moment, nullable=True),
)

# What happened to keys, in order: a server reads what is new and forgets the keys that stand there.
key_changes = Table(
    "key_change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key_id", String(120), nullable=False),
)

# One row an offer, written once and never changed: what was asked, what was answered, and what the price rests on.
offers = Table(
    "offer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
    Column("release_id", String(64), nullable=False),
    Column("offer_config_id", String(36), nullable=False),
    Column("offer_schema", String(120), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("language", String(20), nullable=False),
    Column("country", String(20), nullable=False),
    Column("subsidiary", String(200), nullable=True),
    Column("partner_transaction_id", String(200), nullable=True),
    Column("session_id", String(36), nullable=False),
    Column("request", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("terms", Text, nullable=False),
    # The first link of the evidence chain: what was offered, in which words, for how much.
    Column("evidence", String(64), nullable=True),
)

Index("ix_offer_partner_code_mode_id", offers.c.partner_code, offers.c.mode, offers.c.id)
# The migration makes this one partial: most offers have no reference. Said here, it would import both dialects.
Index("ix_offer_partner_code_partner_transaction_id", offers.c.partner_code, offers.c.partner_transaction_id)

# A booking as it is now, whole in `state`; what it was before is in its evidence. `version` counts the changes, and
# who changes it says which one was read. `position` counts a partner's bookings without a hole, so that any page of
# the list is one walk of an index and the number of them is the largest position.
bookings = Table(
    "booking",
    metadata,
    Column("id", String(15), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("position", Integer, nullable=False),
    Column("offer_id", String(36), nullable=True, unique=True),
    Column("release_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("account_id", String(36), nullable=False, index=True),
    Column("partner_transaction_id", String(200), nullable=True),
    Column("subsidiary", String(200), nullable=True),
    Column("request", Text, nullable=False),
    Column("state", Text, nullable=False),
)
Index("uq_booking_position", bookings.c.partner_code, bookings.c.mode, bookings.c.position, unique=True)

booking_counts = Table(
    "booking_count",
    metadata,
    Column("partner_code", String(5), primary_key=True),
    Column("mode", String(4), primary_key=True),
    Column("bookings", Integer, nullable=False),
)

# What a change or a cancellation would do, kept for a day until somebody confirms it.
previews = Table(
    "preview",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("booking_id", String(15), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("booking_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("facts", Text, nullable=False),
)

claims = Table(
    "claim",
    metadata,
    Column("id", String(15), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("booking_id", String(15), nullable=False, index=True),
    Column("quote_id", String(36), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
)

# Where the trail of an offer and its booking has got to: the number and hash of its last event, and the decision.
trails = Table(
    "trail",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("number", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("updated_at", Moment, nullable=False),
)
# The migration makes this one partial: only what nobody has decided is looked for.
Index("ix_trail_updated_at", trails.c.updated_at)

# What happened, in order, each event sealed with the hash of the one before. `at` is text, hashed as it stands.
events = Table(
    "event",
    metadata,
    Column("trail_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(27), nullable=False, index=True),
    Column("name", String(20), nullable=False),
    Column("actor", String(160), nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# Every so often all that happened in a stretch of time is sealed together: a trail that vanishes whole is missed.
seals = Table(
    "seal",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("from_at", String(27), nullable=False),
    Column("to_at", String(27), nullable=False),
    Column("offers", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("signature", String(64), nullable=False),
)

# Mail and webhooks: rows of the transaction that caused them, delivered later by any worker.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("partner_code", String(5), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("booking_id", String(15), nullable=False, index=True),
    Column("event", String(24), nullable=False),
    Column("endpoint_id", String(36), nullable=True),
    Column("payload", Text, nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=True),
)
# The migration makes this one partial: only what still waits is looked for.
Index("ix_outbox_next_at", outbox.c.next_at)
# And this one too: letters that came back, for whoever can correct an address.
Index("ix_outbox_parked", outbox.c.partner_code, outbox.c.mode)

attempts = Table(
    "attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("outbox_id", String(36), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", Integer, nullable=True),
    Column("said", Text, nullable=False),
)

webhook_endpoints = Table(
    "webhook_endpoint",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner_code", String(5), nullable=False, index=True),
    Column("mode", String(4), nullable=False),
    Column("url", Text, nullable=False),
    Column("key_id", String(120), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary, nullable=True),
    Column("old_secret_until", Moment, nullable=True),
    Column("events", Text, nullable=False),
    Column("quick_attempts", Integer, nullable=False),
    Column("hourly_attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
)

# Finished answers of calls that carried a key, for two days. `scope` is a hash of partner, mode, method, path and key.
finished_calls = Table(
    "finished_call",
    metadata,
    Column("scope", String(64), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
)
