"""Wrong sign-ins are counted for each place they come from"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sign_in_try",
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "origin", name="pk_sign_in_try"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sign_in_try_staff_id_staff"),
    )
    op.create_index("ix_sign_in_try_tried_at", "sign_in_try", ["tried_at"])
    op.drop_column("staff", "failures")
    op.drop_column("staff", "locked_until")


def downgrade() -> None:
    op.add_column("staff", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.add_column("staff", sa.Column("locked_until", MOMENT, nullable=True))
    op.drop_table("sign_in_try")
