"""Bookings, their evidence, what leaves because of them, and finished calls"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("offer", sa.Column("evidence", sa.String(64), nullable=True))
    _booking()
    _preview_and_claim()
    _evidence()
    _outbox()
    _webhook_endpoint()
    _finished_call()
    if op.get_bind().dialect.name == "postgresql":
        # Compressing what is written once costs PostgreSQL more than all the rest of storing it.
        for table, column in (
            ("booking", "request"),
            ("booking", "state"),
            ("outbox", "payload"),
            ("finished_call", "answer"),
        ):
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def _booking() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.String(15), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("offer_id", sa.String(36), nullable=True),
        sa.Column("release_id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("partner_transaction_id", sa.String(200), nullable=True),
        sa.Column("subsidiary", sa.String(200), nullable=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_booking"),
        sa.UniqueConstraint("offer_id", name="uq_booking_offer_id"),
    )
    op.create_index("ix_booking_account_id", "booking", ["account_id"])
    op.create_index("uq_booking_position", "booking", ["partner_code", "mode", "position"], unique=True)
    op.create_table(
        "booking_count",
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("bookings", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("partner_code", "mode", name="pk_booking_count"),
    )


def _preview_and_claim() -> None:
    op.create_table(
        "preview",
        sa.Column("id", sa.String(21), nullable=False),
        sa.Column("booking_id", sa.String(15), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("booking_version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_preview"),
    )
    op.create_index("ix_preview_booking_id", "preview", ["booking_id"])
    op.create_table(
        "claim",
        sa.Column("id", sa.String(15), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("booking_id", sa.String(15), nullable=False),
        sa.Column("quote_id", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
    )
    op.create_index("ix_claim_booking_id", "claim", ["booking_id"])


def _evidence() -> None:
    op.create_table(
        "trail",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trail"),
    )
    undecided = sa.text("state = 'OPEN'")
    op.create_index("ix_trail_updated_at", "trail", ["updated_at"], sqlite_where=undecided, postgresql_where=undecided)
    op.create_table(
        "event",
        sa.Column("trail_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(160), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("trail_id", "number", name="pk_event"),
    )
    op.create_index("ix_event_at", "event", ["at"])
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("to_at", sa.String(27), nullable=False),
        sa.Column("offers", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seal"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("booking_id", sa.String(15), nullable=False),
        sa.Column("event", sa.String(24), nullable=False),
        sa.Column("endpoint_id", sa.String(36), nullable=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_booking_id", "outbox", ["booking_id"])
    waiting = sa.text("status = 'waiting'")
    op.create_index("ix_outbox_next_at", "outbox", ["next_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("outbox_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("said", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_outbox_id", "attempt", ["outbox_id"])


def _webhook_endpoint() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(120), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("old_secret", sa.LargeBinary, nullable=True),
        sa.Column("old_secret_until", MOMENT, nullable=True),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("quick_attempts", sa.Integer, nullable=False),
        sa.Column("hourly_attempts", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoint"),
    )
    op.create_index("ix_webhook_endpoint_partner_code", "webhook_endpoint", ["partner_code"])


def _finished_call() -> None:
    op.create_table(
        "finished_call",
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_finished_call"),
    )
    op.create_index("ix_finished_call_created_at", "finished_call", ["created_at"])


def downgrade() -> None:
    for table in (
        "finished_call",
        "webhook_endpoint",
        "attempt",
        "outbox",
        "seal",
        "event",
        "trail",
        "claim",
        "preview",
        "booking_count",
        "booking",
    ):
        op.drop_table(table)
    op.drop_column("offer", "evidence")
