"""Pictures: uploaded once per content and shop, several in one call."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.paging import batched
from adapters.pictures import Frame, content, fit
from adapters.shopee.client import Client
from connector.domain.problem import Problem
from connector.errors import OutcomeUnknown, Refused, Retry
from connector.ports import Connection

_PER_CALL = 8  # "less than 9"


class Uploads:
    def __init__(self, connection: Connection, client: Client) -> None:
        self._connection = connection
        self._client = client

    def refs(self, pictures: Sequence[str]) -> list[str]:
        """Image ids for sha256 values, in their order. A lost answer costs an unused upload, so it is just repeated."""
        missing = [sha for sha in dict.fromkeys(pictures) if not self._known(sha)]
        for batch in batched(missing, _PER_CALL):
            try:
                self._upload(batch)
            except OutcomeUnknown as unknown:
                raise Retry(str(unknown), code=unknown.code) from unknown
        return [str(self._known(sha)) for sha in pictures]

    def forget(self, pictures: Sequence[str]) -> None:
        """Shopee no longer has them (how long it keeps unused pictures is not documented)."""
        for sha in pictures:
            self._connection.notebook.put("picture", sha, None)

    def all_known(self, pictures: Sequence[str]) -> bool:
        return all(self._known(sha) for sha in pictures)

    def _known(self, sha: str) -> Any:
        return self._connection.notebook.get("picture", sha)

    def _upload(self, batch: Sequence[str]) -> None:
        files = [("image", self._file(sha)) for sha in batch]
        answer = self._client.upload("media_space/upload_image", files)
        infos = answer.get("image_info_list") or [{"id": 0, "image_info": answer.get("image_info")}]
        refused = [each for each in infos if each.get("error")]
        for each in infos:
            if not each.get("error"):
                ref = each["image_info"]["image_id"]
                # The way back first: a worker that dies between the two must not leave an id that nobody can read.
                self._connection.notebook.put("sha", ref, batch[each["id"]])
                self._connection.notebook.put("picture", batch[each["id"]], ref)
        if refused:
            raise Refused(tuple(_problem(each) for each in refused), code=str(refused[0]["error"]))

    def _file(self, sha: str) -> tuple[str, bytes, str]:
        settings = self._connection.channel.settings
        sides = settings["picture_min_side"], settings["picture_max_side"]
        picture = fit(content(self._connection, sha), Frame(*sides, settings["picture_max_bytes"]))
        form = "png" if picture.startswith(b"\x89PNG") else "jpeg"
        return f"{sha}.{form}", picture, f"image/{form}"


def _problem(info: Mapping[str, Any]) -> Problem:
    said = info.get("message") or info["error"]
    return Problem(
        "picture_refused",
        "pictures",
        f"Shopee không nhận ảnh thứ {info['id'] + 1}: {said}. Thay bằng ảnh JPG hoặc PNG vuông, rõ.",
        f"Shopee does not take picture {info['id'] + 1}: {said}. Use a square, clear JPG or PNG.",
    )
