"""Times as people type them: Vietnamese wall time, as a browser's own field gives it."""

from datetime import UTC, datetime, timedelta

from connector.errors import Complaint
from connector.site import VIETNAM


def moment(typed: str, now: datetime) -> datetime:
    """A Vietnamese wall time to the minute; empty is now. What was made within this minute is of now."""
    if not typed:
        return now
    try:
        said = datetime.fromisoformat(typed).replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError as error:
        raise Complaint(f"Không hiểu giờ «{typed[:30]}».", f"“{typed[:30]}” is no time.") from error
    if said > now + timedelta(minutes=1):
        raise Complaint("Giờ xuất tệp nằm ở tương lai. Ghi lại giờ.", "The file would be from the future. Correct it.")
    return now if abs(now - said) < timedelta(minutes=1) else said
