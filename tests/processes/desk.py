"""Somebody who carries files between `ocop channel` and a seller centre of a running sandbox."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from adapters.assisted.centre import SellerCentre
from adapters.assisted.pack import Pack, zipped
from connector.cli import app
from connector.cli.demo.market import Market
from connector.cli.demo.stage import SHOPS, wait_for

BY_HAND = SHOPS["postmart"]


def until(what: Callable[[], bool]) -> None:
    wait_for(what, 120, "chờ mãi không thấy", "it never came about")


class TwoCentres(Market):
    """The sandbox with its seller centres alone; the files of one of them are carried by a person."""

    def get(self, path: str) -> Any:
        found = super().get(path)
        if path == "/credentials":
            return {"postmart": {**found["postmart"], "carrier": "folder"}, "voso": found["voso"]}
        return found

    def credentials(self, platform: str) -> Any:
        return self.get("/credentials")[platform]


@dataclass
class Person:
    """Somebody at a desk: `ocop channel` in one window, the seller centre in the other."""

    folder: Path
    centre: SellerCentre
    brought: set[str] = field(default_factory=set)

    def carry(self) -> list[str]:
        """Every pack that waits goes up and its result comes back; their names."""
        waiting = [one for one in self._ocop("files", BY_HAND)[BY_HAND]["packs"] if one["stand"] == "waiting"]
        for pack in waiting:
            CliRunner().invoke(app, ["channel", "get", BY_HAND, pack["name"], "--to", str(self.folder)])
            ticket = self.centre.send(_unpacked(self.folder / f"{pack['name']}.zip", pack["what"]))
            result = self.centre.result(pack["name"], ticket)
            assert result is not None
            assert self._put("phiếu tải về.xlsx", result.content)["what"] == "result"
        return [pack["name"] for pack in waiting]

    def bring_export(self) -> None:
        """Once more within the same second as the last, as no person does: names and causes tell seconds."""

        def new() -> bool:
            told = self._put("danh sách.xlsx", self.centre.export().content, "--whole")
            known = told["again"] or told["name"] in self.brought
            self.brought.add(told["name"])
            return told["what"] == "export" and not known

        until(new)

    def _put(self, name: str, content: bytes, *more: str) -> Any:
        path = self.folder / name
        path.write_bytes(content)
        return self._ocop("put", BY_HAND, str(path), *more)

    def _ocop(self, *words: str) -> Any:
        done = CliRunner().invoke(app, ["channel", *words, "--json"])
        assert done.exit_code in (0, 3), done.output
        return json.loads(done.stdout)


def _unpacked(path: Path, kind: Any) -> Pack:
    with zipfile.ZipFile(path) as archive:
        pictures = {name: archive.read(name) for name in archive.namelist() if name.startswith("anh/")}
        return Pack(path.stem, kind, archive.read("san_pham.xlsx"), zipped(pictures) if pictures else b"", b"", ())
