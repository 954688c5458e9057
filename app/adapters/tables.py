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
)

Index("ix_offer_partner_code_mode_id", offers.c.partner_code, offers.c.mode, offers.c.id)
# The migration makes this one partial: most offers have no reference. Said here, it would import both dialects.
Index("ix_offer_partner_code_partner_transaction_id", offers.c.partner_code, offers.c.partner_transaction_id)
