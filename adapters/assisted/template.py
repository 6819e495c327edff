"""The column layout of a seller centre as data, checked once, so that the rest may trust it.

Our own design: no seller centre of an assisted platform publishes its sheets. A layout that changes over there becomes
a new file with a new version; nothing here guesses.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from connector.domain.text import fold
from connector.errors import Complaint

UploadKind = Literal["content", "offers", "status"]


class Column(BaseModel, frozen=True, extra="forbid"):
    """One of our columns: their heading, or none and where the value goes instead. Lengths in characters."""

    heading: str | None = None
    min: int = 0
    max: int | None = None
    form: Literal["text", "integer", "kg", "date"] = Field("text", alias="as")
    needed: bool = False
    width: int = 16
    fold_into: Literal["description"] | None = None
    caption: str = ""


_PLAIN = Column.model_validate({})


class File(BaseModel, frozen=True, extra="forbid"):
    """What one upload may hold. `album`: pictures sent once may be named again without the file."""

    header_row: int = Field(1, ge=1)
    note: str = ""
    max_rows: int = Field(200, ge=1)
    one_category_per_file: bool = False
    max_zip_mb: int = Field(50, ge=1)
    album: bool = False


class Upload(BaseModel, frozen=True, extra="forbid"):
    """One kind of upload: their name for it, the sheet, the code in cell A1 if they want one, our columns in order;
    `headings`: those that this sheet words otherwise than the columns do."""

    name: str
    sheet: str
    columns: tuple[str, ...]
    marker: str = ""
    headings: Mapping[str, str] = {}


class Words(BaseModel, frozen=True, extra="forbid"):
    """Their words for what a row asks, how an option is written, and the date form."""

    create: str
    revise: str
    show: str
    hide: str
    remove: str
    clear: str
    axis: str
    date: str


class Limits(BaseModel, frozen=True, extra="forbid"):
    pictures: int = Field(5, ge=1)
    picture_side: int = 800
    picture_kb: int = 2048
    axes: int = 2
    price_min: int = 1
    price_max: int = 1_000_000_000


class Reading(BaseModel, frozen=True, extra="forbid"):
    """How a workbook of theirs is read: accepted headings by our key, headings to pass over, words of a total row."""

    header_row: int = Field(1, ge=1)
    columns: Mapping[str, tuple[str, ...]]
    ignore: tuple[str, ...] = ()
    total: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _unambiguous(self) -> "Reading":
        folded = [fold(heading) for headings in self.columns.values() for heading in headings]
        twice = sorted({heading for heading in folded if folded.count(heading) > 1})
        if twice:
            raise ValueError(f"headings name two columns: {', '.join(twice)}")
        return self


class Result(Reading, frozen=True, extra="forbid"):
    """The result of an upload, row by row; `words`: what their outcome words mean."""

    words: Mapping[str, Literal["good", "bad", "waiting", "file"]]


class Export(Reading, frozen=True, extra="forbid"):
    """The listing export. `listing_id` is the pattern of an id, `url_id` finds it in an address, `axis` an option."""

    listing_id: str
    url_id: str
    axis: str
    states: Mapping[str, Literal["live", "hidden", "pending", "rejected", "banned"]]


class Orders(Reading, frozen=True, extra="forbid"):
    """The order export, one row per line; `states`: what their words mean to stock. Headings about the buyer belong
    into `ignore`: they are passed over and kept nowhere."""

    states: Mapping[str, Literal["open", "shipped", "done", "failed", "cancelled", "returned"]]


class Wait(BaseModel, frozen=True, extra="forbid"):
    """After how long a pack without a result, or goods waiting for approval, become a matter for a person."""

    handed_over_hours: float = 48
    pending_hours: float = 72


class Template(BaseModel, frozen=True, extra="forbid"):
    """One version of a seller centre's layout."""

    id: str
    version: int = Field(ge=1)
    status: Literal["unverified", "confirmed"]
    file: File
    columns: Mapping[str, Column]
    uploads: Mapping[UploadKind, Upload]
    words: Words
    limits: Limits
    result: Result
    export: Export
    orders: Orders | None = None
    wait: Wait = Wait()

    @model_validator(mode="after")
    def _whole(self) -> "Template":
        missing = {"content", "offers", "status"} - set(self.uploads)
        if missing:
            raise ValueError(f"uploads lacks {', '.join(sorted(missing))}")
        for kind, upload in self.uploads.items():
            unnamed = [key for key in upload.columns if key not in upload.headings]
            lost = [key for key in unnamed if key not in self.columns or self.columns[key].heading is None]
            if lost:
                raise ValueError(f"uploads.{kind} names columns without a heading: {', '.join(lost)}")
        _needs("export", self.export.columns, {"listing_id", "group_id", "sku", "title", "price", "stock", "state"})
        _needs("result", self.result.columns, {"row_key", "outcome", "listing_id", "group_id", "code", "reason"})
        if self.orders is not None:
            _needs("orders", self.orders.columns, {"order", "sku", "quantity", "state", "placed_at"})
        return self

    @property
    def readings(self) -> Mapping[str, Reading]:
        """How every workbook is read that comes back."""
        found: dict[str, Reading] = {"result": self.result, "export": self.export}
        return found | ({"orders": self.orders} if self.orders else {})

    def column(self, kind: UploadKind, key: str) -> Column:
        """The column as this kind of upload heads it; one of theirs that is nothing of ours has only that heading."""
        told = self.uploads[kind].headings.get(key)
        column = self.columns.get(key, _PLAIN)
        return column if told is None else column.model_copy(update={"heading": told})

    def headings(self, kind: UploadKind) -> list[str]:
        return [self.column(kind, key).heading or "" for key in self.uploads[kind].columns]

    def has(self, key: str) -> bool:
        """The content upload has this column."""
        return key in self.uploads["content"].columns

    @property
    def image_columns(self) -> tuple[str, ...]:
        return tuple(key for key in self.uploads["content"].columns if key.startswith("image"))


def template(layout: Mapping[str, Any]) -> Template:
    """The template in a mapping (a file of config/templates); a Complaint names every place that is wrong."""
    try:
        return Template.model_validate(layout)
    except ValidationError as error:
        raise complaint(f"mẫu {layout.get('id', '?')} {layout.get('version', '')}".strip(), error) from error


def complaint(what: str, error: ValidationError) -> Complaint:
    """The same findings as a sentence for a person."""
    found = "; ".join(f"{'.'.join(map(str, e['loc'])) or '-'}: {e['msg']}" for e in error.errors())
    return Complaint(
        f"Cấu hình {what} chưa đúng: {found}. Hãy sửa tệp.",
        f"The configuration of {what} is wrong: {found}. Correct the file.",
    )


def _needs(where: str, columns: Mapping[str, Any], needed: set[str]) -> None:
    missing = needed - set(columns)
    if missing:
        raise ValueError(f"{where}.columns lacks {', '.join(sorted(missing))}")
