"""What people at the counter and who administers them cannot do. Each key is a sentence of the page."""

from typing import Any

from app.domain.portal_errors import PortalRefused


class PeopleRefused(PortalRefused):
    """`sentence` is for the command line, which has no page to say it on."""

    sentence = "This cannot be done."

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class PartnerUnknown(PeopleRefused):
    key = "partner_unknown"
    sentence = "A partner's code is five capital letters or digits."


class StaffNotFound(PeopleRefused):
    """Nobody of that name here; somebody else's store or partner is told alike."""

    key, status = "staff_not_found", 404
    sentence = "There is no such person."


class StoreNotFound(PeopleRefused):
    key, status = "store_not_found", 404
    sentence = "There is no such store."


class DeviceNotFound(PeopleRefused):
    key, status = "device_not_found", 404
    sentence = "There is no such tablet."


class NotYours(PeopleRefused):
    """The role does not have this: another rank, another kind of task."""

    key, status = "not_allowed", 403
    sentence = "This role may not do that."


class NotYourself(PeopleRefused):
    key, status = "not_yourself", 403
    sentence = "Nobody ends themselves, or changes their own role or stores."


class FieldRefused(PeopleRefused):
    """Something typed is not right; `field` says where, the key says why."""

    def __init__(self, key: str, field: str, sentence: str, **values: Any) -> None:
        super().__init__(key, field, **values)
        self.sentence = sentence


class TooManyTries(PeopleRefused):
    """More from one address than people type; `seconds` until the next is heard."""

    key, status = "too_many_tries", 429
    sentence = "Too many tries from here. Try again in {seconds} seconds."


class EnrolmentUnknown(PeopleRefused):
    key = "enrolment_unknown"
    sentence = "This code is not one of ours. Look at it again, or ask for a new one."


class EnrolmentUsed(PeopleRefused):
    key = "enrolment_used"
    sentence = "This code was used already. Each code sets up one tablet: ask for a new one."


class EnrolmentExpired(PeopleRefused):
    key = "enrolment_expired"
    sentence = "This code was good for ten minutes and has ended. Ask for a new one."


class DeviceGone(PeopleRefused):
    key, status = "device_gone", 401
    sentence = "This tablet is not set up any more. A manager can set it up again."


class DeviceLocked(PeopleRefused):
    key = "device_locked"
    sentence = "Too many wrong PINs: this tablet is locked until a manager unlocks it."


class PinWrong(PeopleRefused):
    """`left`: how many more before this person is locked on this tablet."""

    key = "pin_wrong"
    sentence = "This PIN is wrong. {left} more and it is locked on this tablet."


class PinLocked(PeopleRefused):
    key = "pin_locked"
    sentence = "Too many wrong PINs: this person is locked on this tablet until a manager unlocks them."


class PinMissing(PeopleRefused):
    key = "pin_missing"
    sentence = "This person has no PIN yet. A manager can set one."


class ManagerNotChosen(PeopleRefused):
    key = "manager_not_chosen"
    sentence = "Choose the manager who approves."


class SignInRefused(PeopleRefused):
    """Unknown, ended, wrong or resting after five wrong ones: told alike, so that nobody learns who works here."""

    key = "sign_in_refused"
    sentence = "E-mail or password is wrong. After five wrong tries signing in rests for 15 minutes."


class CodeRefused(PeopleRefused):
    """Wrong, used already, or too many wrong ones."""

    key = "code_refused"
    sentence = "This code is wrong or was used already. Wait for the next one and try again."


class SignInExpired(PeopleRefused):
    key = "sign_in_expired"
    sentence = "That took longer than five minutes. Sign in again."


class InvitationRefused(PeopleRefused):
    key, status = "invitation_refused", 404
    sentence = "This invitation was used already or has ended. Ask for a new one."


class EmailTaken(PeopleRefused):
    key = "email_taken"
    sentence = "Somebody signs in with this e-mail address already."


class StoreCodeTaken(PeopleRefused):
    key = "store_code_taken"
    sentence = "There is a store with this code already."


class StaffElsewhere(PeopleRefused):
    """A manager cannot end somebody who works in stores that are not theirs."""

    key = "staff_elsewhere"
    sentence = "This person works in other stores too. Take your stores off, or ask an admin."
