"""Releases, publications, partner keys and offers"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("pages", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_index("ix_release_partner_code", "release", ["partner_code"])
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("release_id", sa.String(64), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_publication_release_id_release"),
    )
    op.create_index("ix_publication_partner_code", "publication", ["partner_code"])
    _partner_keys()
    _offer()


def _partner_keys() -> None:
    op.create_table(
        "partner_key",
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("date_skew_seconds", sa.Integer, nullable=False),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.Column("replaces", sa.String(120), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_partner_key"),
    )
    op.create_index("ix_partner_key_partner_code", "partner_key", ["partner_code"])
    op.create_table(
        "key_change",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("key_id", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_change"),
    )


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("partner_code", sa.String(5), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("release_id", sa.String(64), nullable=False),
        sa.Column("offer_config_id", sa.String(36), nullable=False),
        sa.Column("offer_schema", sa.String(120), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("country", sa.String(20), nullable=False),
        sa.Column("subsidiary", sa.String(200), nullable=True),
        sa.Column("partner_transaction_id", sa.String(200), nullable=True),
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offer"),
    )
    op.create_index("ix_offer_partner_code_mode_id", "offer", ["partner_code", "mode", "id"])
    with_reference = sa.text("partner_transaction_id IS NOT NULL")
    op.create_index(
        "ix_offer_partner_code_partner_transaction_id",
        "offer",
        ["partner_code", "partner_transaction_id"],
        sqlite_where=with_reference,
        postgresql_where=with_reference,
    )

    if op.get_bind().dialect.name == "postgresql":
        # Compressing an answer costs PostgreSQL more than all the rest of storing it.
        for column in ("request", "answer", "terms"):
            op.execute(f"ALTER TABLE offer ALTER COLUMN {column} SET STORAGE EXTERNAL")


def downgrade() -> None:
    for table in ("offer", "key_change", "partner_key", "publication", "release"):
        op.drop_table(table)
