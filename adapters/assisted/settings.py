"""What an assisted channel's file says beside the template: who carries, how long to wait, what to believe."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from adapters.assisted.template import Template, complaint, template


class Centre(BaseModel, frozen=True, extra="forbid"):
    """The pages a person uses in a seller centre, as data. Paths, fields and patterns are no platform facts."""

    login_path: str
    username_field: str
    password_field: str
    cookie: str
    token_field: str = ""
    token_path: str = ""
    token: str = ""
    upload_path: str
    kind_field: str
    version_field: str = ""
    workbook_field: str
    pictures_field: str
    upload_id: str
    history_path: str
    history_row: str
    result_path: str
    export_path: str
    product_path: str = ""
    export_create_path: str = ""
    export_id: str = ""


class Assist(BaseModel, frozen=True, extra="forbid"):
    """`layout` is the content of the file that `template` names."""

    template: str
    layout: Template
    carrier: Literal["folder", "seller_centre"] = "folder"
    folder: str = "var/packs"
    review_minutes: float = 30
    result_minutes: float = 1
    max_export_age_hours: float = 24
    shrink_percent: float = Field(20, ge=0, le=100)
    shrink_rows: int = Field(3, ge=0)
    centre: Centre | None = None

    @model_validator(mode="after")
    def _carried(self) -> "Assist":
        if self.carrier == "seller_centre" and self.centre is None:
            raise ValueError("carrier seller_centre needs a [settings.centre]")
        return self


def assist(platform: str, settings: Mapping[str, Any]) -> Assist:
    """The settings of one channel, checked; a Complaint says precisely what is wrong."""
    layout = template(settings.get("layout", {}))
    try:
        return Assist.model_validate({**settings, "layout": layout})
    except ValidationError as error:
        raise complaint(f"kênh {platform}", error) from error
