"""Uploaded pictures: really decoded, kept under Shopee-like ids, refused when tiny or of another kind."""

from typing import Any

from sandbox.pictures import NotAPicture
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal, missing, wrong
from sandbox.wire import File

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 9
FORMATS = ("JPEG", "PNG", "MPO")
REFUSED = "image is invalid or not supported"


def upload_image(call: Call) -> dict[str, Any]:
    """One bad file among several is reported in its row; a single or wholly bad upload is refused."""
    fields, files = _form(call)
    images = [file for file in files if file.name == "image"]
    if not images:
        raise missing("image")
    if len(images) > MOST_FILES:
        raise wrong(f"at most {MOST_FILES} images")
    if dict(fields).get("scene", "normal") not in ("normal", "desc"):
        raise wrong("scene must be normal or desc")
    rows = [_row(call, number, file) for number, file in enumerate(images)]
    good = next((row for row in rows if not row["error"]), None)
    if good is None:
        raise Refusal(rows[0]["error"], rows[0]["message"])
    return {"image_info": good["image_info"], "image_info_list": rows}


def _form(call: Call) -> tuple[list[tuple[str, str]], list[File]]:
    try:
        return call.request.form()
    except ValueError as error:
        raise Refusal("error_param", "parse data failed") from error


def _row(call: Call, number: int, file: File) -> dict[str, Any]:
    image_id = _keep(call, file.data)
    if image_id is None:
        return {"id": number, "error": "product.error_param", "message": REFUSED, "image_info": {}}
    urls = [{"image_url_region": "vn", "image_url": url(call.request.base, image_id)}]
    return {
        "id": number,
        "error": "",
        "message": "",
        "image_info": {"image_id": image_id, "image_url_list": urls},
    }


def _keep(call: Call, data: bytes) -> str | None:
    if len(data) > MOST_BYTES:
        return None
    try:
        picture = call.market.world.pictures.keep(data, f"vn-11134207-{call.market.hex(10)}")
    except NotAPicture:
        return None
    small = min(picture.width, picture.height) < call.switches["image_min_pixels"]
    return None if small or picture.format not in FORMATS else picture.id


def url(base: str, image_id: str) -> str:
    return f"{base}/_picture/{image_id}"
