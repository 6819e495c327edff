"""Reads config/channels/*.toml: each file is one platform, all that is data about it."""

import json
import re
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


def versions(platform: str, folder: Path = FOLDER / "templates") -> list[int]:
    """The column layouts there are of an assisted channel."""
    return sorted(int(path.stem) for path in (folder / platform).glob("*.toml") if path.stem.isdigit())


def synonyms(path: Path = FOLDER / "templates" / "synonyms.toml") -> Mapping[str, list[str]]:
    """How people head the columns of our keys."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def save_template(platform: str, layout: Mapping[str, Any], folder: Path = FOLDER / "templates") -> Path:
    """A new version of a column layout. Never over one that is there: old packs name theirs."""
    path = folder / platform / f"{layout['version']}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "# Proposed by `ocop channel learn` from a sheet of the platform, confirmed by a person.\n"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(head + _toml(layout))
    except FileExistsError as error:
        raise Complaint(f"Đã có {path}.", f"{path} is there already.") from error
    return path


def _toml(values: Mapping[str, Any], path: str = "") -> str:
    """Plain values first, then tables; a table of the columns stands on one line."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in values.items():
        if isinstance(value, Mapping) and path == "columns":
            lines.append(f"{_key(key)} = {{ {', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())} }}")
        elif isinstance(value, Mapping):
            inner = f"{path}.{_key(key)}".lstrip(".")
            lines.append(f"\n[{inner}]\n{_toml(value, inner)}".rstrip())
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    """TOML's strings, numbers, truths and lists of them are written as JSON's."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


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
