"""What is written down of who did what, each with its sentence for people who read the audit view."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

ACTIONS: dict[str, str] = {
    "store_added": "added a store",
    "store_changed": "changed a store",
    "store_closed": "closed a store",
    "enrolment_made": "made a code to set up a tablet",
    "device_enrolled": "set up a tablet",
    "device_renamed": "renamed a tablet",
    "device_revoked": "revoked a tablet",
    "device_released": "unlocked a tablet",
    "device_locked": "typed one wrong PIN too many: the tablet was locked",
    "person_released": "unlocked a person on a tablet",
    "person_locked": "typed one wrong PIN too many: the person was locked on the tablet",
    "pin_wrong": "typed a wrong PIN",
    "unlocked": "unlocked the tablet",
    "locked": "locked the tablet",
    "approved": "approved with a PIN",
    "sign_in_tried": "tried to sign in",
    "sign_in_code_wrong": "typed a wrong sign-in code",
    "signed_in": "signed in",
    "signed_in_with_recovery_code": "signed in with a recovery code",
    "signed_out": "signed out",
    "store_chosen": "chose a store to work in",
    "totp_set_up": "set up the sign-in code",
    "totp_reset": "reset the sign-in code of a person",
    "staff_added": "added a person",
    "staff_renamed": "renamed a person",
    "role_changed": "changed the role of a person",
    "stores_changed": "changed the stores of a person",
    "pin_set": "set the PIN of a person",
    "invited": "made an invitation link",
    "password_set": "set a password",
    "staff_ended": "ended a person's access",
    "training_recorded": "recorded a training",
    "training_started": "began to practise in training mode",
    "training_ended": "went back from training mode",
    "certificate_resent": "sent a certificate again",
    "mail_resent": "sent a letter again that had come back",
    "contact_changed": "changed how a customer is reached",
    "serial_swapped": "exchanged the product of a booking",
    "cover_cancelled": "cancelled cover",
    "evidence_exported": "took a copy of the evidence of a booking",
    "evidence_unrecorded": "took evidence whose trail is damaged: the copy could not be recorded in it",
}
# Tries with an address nobody has: kept for whoever runs the server, and under no partner.
NOBODY = "-----"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`facts` never hold secrets or anything of a customer. Without `staff_id` it was the operator of the server."""

    at: datetime
    partner_code: str
    action: str
    subject: str = ""
    store_id: str | None = None
    staff_id: str | None = None
    device_id: str | None = None
    facts: dict[str, Any] | None = None
    id: int | None = None
