"""Pictures on their way out, and the seller centre's album: each content travels once per shop."""

from collections.abc import Iterable, Mapping

from adapters.assisted import errors
from adapters.assisted.desk import Desk
from adapters.assisted.errors import Reason
from adapters.assisted.pack import Draft
from adapters.assisted.results import Bad
from adapters.assisted.rows import Row
from adapters.pictures import Frame, fit
from connector.errors import Complaint, Refused, Retry

_MOST_SIDE = 2000  # pixels; more is never shown and fills the zip


def pictures(at: Desk, rows: Iterable[Row], packed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, bytes]]:
    """File names by sha256, and the files that neither the draft nor the seller centre's album has yet."""
    names: dict[str, str] = {}
    files: dict[str, bytes] = {}
    limits, notebook = at.template.limits, at.connection.notebook
    frame = Frame(limits.picture_side, _MOST_SIDE, limits.picture_kb * 1024)
    for row in rows:
        for sha in row.pictures:
            if sha in names or sha in packed:
                continue
            there = notebook.get("picture", sha) if at.template.file.album else None
            if there:
                names[sha] = str(there)
                continue
            content = fit(_read(at, sha), frame)
            ending = ".png" if content.startswith(b"\x89PNG") else ".jpg"
            names[sha] = f"{row.sku}_{sha[:12]}{ending}"
            files[names[sha]] = content
    return names, files


def _read(at: Desk, sha: str) -> bytes:
    try:
        return at.connection.pictures.read(sha)
    except Complaint as lost:
        raise Refused((Reason("picture_lost", lost.vi).problem(),), code="picture_lost") from lost


def remember(at: Desk, row: Row, draft: Draft) -> None:
    """The album has the row's pictures from now on."""
    if at.template.file.album:
        for sha in row.pictures:
            if draft.names[sha] in draft.pictures:
                at.connection.notebook.put("picture", sha, draft.names[sha])


def lost(at: Desk, row: Row, draft: Draft, verdict: Bad) -> Retry | None:
    """The album no longer has a picture that we took for sent: it goes along next time."""
    relied = [sha for sha in row.pictures if draft.names[sha] not in draft.pictures]
    if not relied or all(reason.code != errors.NO_PICTURE for reason in verdict.reasons):
        return None
    for sha in relied:
        at.connection.notebook.put("picture", sha, "")
    return Retry("the album has lost a picture: it is sent again", after=1, code=errors.NO_PICTURE)
