"""Pictures by their content, whole for platforms and small for pages. Public: they are what shop windows show."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from connector.errors import Complaint
from connector.photos import small
from web.security import Parts, public

router = APIRouter()
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_NAME = re.compile(r"[0-9a-f]{64}\.jpg")


@router.get("/pictures/{name}")
@public
def picture(request: Request, name: str, wired: Parts) -> Response:
    """What stands at this address never changes."""
    try:
        path = wired.pictures.path(name.removesuffix(".jpg"))
    except Complaint:
        return Response(status_code=404)
    return (
        FileResponse(path, media_type="image/jpeg", headers=_FOR_EVER) if path.is_file() else Response(status_code=404)
    )


@router.get("/thumbs/{name}")
@public
def thumb(name: str, wired: Parts) -> Response:
    """320 pixels wide at most; made when first asked for."""
    if not _NAME.fullmatch(name):
        return Response(status_code=404)
    path = small(wired.pictures, name.removesuffix(".jpg"), wired.settings.data / "thumbs")
    return FileResponse(path, media_type="image/jpeg", headers=_FOR_EVER) if path else Response(status_code=404)
