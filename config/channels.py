"""Reads config/channels/*.toml: each file is one platform, all that is data about it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.ocop import actions
from connector.errors import Complaint
from connector.ports import Channel

FOLDER = Path(__file__).parent
_KNOWN = set(Channel.__dataclass_fields__)


def channels(folder: Path = FOLDER / "channels") -> dict[str, Channel]:
    """Every channel by platform name, sorted. A Complaint names the file and key that is wrong."""
    found = [_read(path) for path in sorted(folder.glob("*.toml"))]
    return {channel.platform: channel for channel in found}


def _read(path: Path) -> Channel:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Complaint(f"{path.name}: không đọc được: {error}", f"{path.name}: cannot be read: {error}") from error
    unknown = sorted(set(raw) - _KNOWN)
    if unknown:
        raise Complaint(f"{path.name}: khóa lạ {unknown}. Xóa hoặc sửa tên.", f"{path.name}: unknown keys {unknown}.")
    missing = sorted({"platform", "name", "adapter", "base_url"} - set(raw))
    if missing:
        raise Complaint(f"{path.name}: thiếu {missing}.", f"{path.name}: lacks {missing}.")
    settings, gate = _with_template(path, raw.get("settings", {})), actions(raw.get("gate", {}), path.name)
    return Channel(**raw | {"settings": settings, "gate": gate})


def _with_template(path: Path, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """An assisted channel names its column layout, config/templates/<platform>/<version>.toml: it comes along."""
    name = settings.get("template")
    if name is None:
        return settings
    template = FOLDER / "templates" / f"{name}.toml"
    if not template.is_file():
        raise Complaint(f"{path.name}: không có mẫu «{name}».", f"{path.name}: there is no template “{name}”.")
    return {**settings, "layout": tomllib.loads(template.read_text(encoding="utf-8"))}
