"""Stores, staff, tablets, and sales at the counter"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _tablets()
    _sales()
    parked = sa.text("status = 'parked' AND kind = 'mail'")
    where = {"sqlite_where": parked, "postgresql_where": parked}
    op.create_index("ix_outbox_parked", "outbox", ["partner_code", "mode"], **where)


def _people() -> None:
    _store()
    _staff()
    _staff_store()
    _staff_training()


def _tablets() -> None:
    _device()
    _enrolment()
    _pin_failure()
    _portal_session()
    _portal_audit()


def _sales() -> None:
    _draft()
    _draft_submission()
    _ask()
    _sale_key()
    _handover()


def _store() -> None:
    op.create_table(
        "store",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("region", sa.String(60), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("time_zone", sa.String(40), nullable=False),
        sa.Column("subsidiary", sa.String(200), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_store"),
    )
    op.create_index("uq_store_partner_code_code", "store", ["partner_code", "code"], unique=True)


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=True),
        sa.Column("totp_secret", sa.LargeBinary, nullable=True),
        sa.Column("totp_step", sa.Integer, nullable=True),
        sa.Column("recovery_hashes", sa.Text, nullable=False),
        sa.Column("pin_hash", sa.Text, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )
    op.create_index("ix_staff_partner_code", "staff", ["partner_code"])


def _staff_store() -> None:
    op.create_table(
        "staff_store",
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "store_id", name="pk_staff_store"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_store_staff_id_staff"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_staff_store_store_id_store"),
    )
    op.create_index("ix_staff_store_store_id", "staff_store", ["store_id"])


def _staff_training() -> None:
    op.create_table(
        "staff_training",
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("trained_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "rule", name="pk_staff_training"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_training_staff_id_staff"),
    )


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("enrolled_by", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_device_store_id_store"),
        sa.UniqueConstraint("secret_hash", name="uq_device_secret_hash"),
    )
    op.create_index("ix_device_partner_code", "device", ["partner_code"])


def _enrolment() -> None:
    op.create_table(
        "enrolment",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.Column("device_name", sa.String(120), nullable=False),
        sa.Column("created_by", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_enrolment"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_enrolment_store_id_store"),
    )


def _pin_failure() -> None:
    op.create_table(
        "pin_failure",
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("device_id", "staff_id", name="pk_pin_failure"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_pin_failure_device_id_device"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_pin_failure_staff_id_staff"),
    )


def _portal_session() -> None:
    op.create_table(
        "portal_session",
        sa.Column("id_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=True),
        sa.Column("store_id", sa.String(36), nullable=True),
        sa.Column("is_training", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id_hash", name="pk_portal_session"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_portal_session_staff_id_staff"),
    )
    op.create_index("ix_portal_session_device_id", "portal_session", ["device_id"])
    op.create_index("ix_portal_session_staff_id", "portal_session", ["staff_id"])


def _portal_audit() -> None:
    op.create_table(
        "portal_audit",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=True),
        sa.Column("staff_id", sa.String(36), nullable=True),
        sa.Column("device_id", sa.String(36), nullable=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_audit"),
    )
    op.create_index("ix_portal_audit_partner_code_id", "portal_audit", ["partner_code", "id"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.String(12), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_draft_store_id_store"),
        sa.UniqueConstraint("code", name="uq_draft_code"),
    )
    op.create_index("ix_draft_store_id_status_updated_at", "draft", ["store_id", "status", "updated_at"])


def _draft_submission() -> None:
    op.create_table(
        "draft_submission",
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("location", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "nonce", name="pk_draft_submission"),
    )


def _ask() -> None:
    op.create_table(
        "ask",
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("line", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("offer_id", sa.String(36), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "line", name="pk_ask"),
        sa.UniqueConstraint("offer_id", name="uq_ask_offer_id"),
    )
    op.create_index("ix_ask_store_id_asked_at", "ask", ["store_id", "mode", "asked_at"])


def _sale_key() -> None:
    op.create_table(
        "sale_key",
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("offer_id", sa.String(36), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("partner_code", "mode", "kind", "value", "offer_id", name="pk_sale_key"),
    )
    op.create_index("ix_sale_key_offer_id", "sale_key", ["offer_id"])


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("draft_id", sa.String(36), nullable=False),
        sa.Column("store_id", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_handover"),
    )
    op.create_index("ix_handover_draft_id", "handover", ["draft_id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_parked", "outbox")
    for table in (
        *("handover", "sale_key", "ask", "draft_submission", "draft", "portal_audit", "portal_session", "pin_failure"),
        *("enrolment", "device", "staff_training", "staff_store", "staff", "store"),
    ):
        op.drop_table(table)
