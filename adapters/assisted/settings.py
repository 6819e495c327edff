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
    orders_path: str = ""
    orders_create_path: str = ""
    orders_from: str = ""
    orders_date: str = "%d/%m/%Y"


class Server(BaseModel, frozen=True, extra="forbid"):
    """[settings.sftp]; the shop's credentials `sftp_host` and `sftp_port` override it, and hold `sftp_user`,
    `sftp_host_key` (`ssh-ed25519 AAAA...`, as ssh-keyscan prints it) and `sftp_password` or `sftp_key` (private)."""

    host: str = ""
    port: int = 22
    folder: str = "."


class Drop(BaseModel, frozen=True, extra="forbid"):
    """[settings.drop]; the shop's credential `drop_url` overrides it, `drop_token` is the token."""

    url: str = ""


class Assist(BaseModel, frozen=True, extra="forbid"):
    """`layout` is the content of the file that `template` names; `orders` false: no order files come from there;
    `order_days`: how long an order may still change."""

    template: str
    layout: Template
    carrier: Literal["folder", "seller_centre", "sftp", "http"] = "folder"
    folder: str = "packs"
    review_minutes: float = 30
    result_minutes: float = 1
    max_export_age_hours: float = 24
    shrink_percent: float = Field(20, ge=0, le=100)
    shrink_rows: int = Field(3, ge=0)
    orders: bool = True
    order_days: float = Field(60, gt=0)
    sftp: Server = Server()
    drop: Drop = Drop()
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
