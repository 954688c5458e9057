"""Why a photo cannot be read for barcodes."""

from app.domain.portal_errors import PortalRefused


class PhotoWithoutCode(PortalRefused):
    """A whole picture, and no barcode in it that can be read."""

    key = "photo_none"


class PhotoTooLarge(PortalRefused):
    """More bytes, more pixels or more layers than we decode."""

    key = "photo_large"


class PhotoUnreadable(PortalRefused):
    """No picture of a kind we read, or one that did not arrive whole."""

    key = "photo_kind"


class PhotoBusy(PortalRefused):
    """Others are having theirs read."""

    key = "photo_busy"
