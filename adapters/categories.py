"""What a producer is told, on every platform alike, where a product has no category there."""

from connector.domain.listing import Desired
from connector.domain.problem import Problem


def missing(desired: Desired, platform: str) -> Problem:
    """Without an OCOP set none can be known; with one it is for the operator to map."""
    set_no = desired.details.get("set_no", "")
    if not set_no:
        return Problem(
            "no_category",
            "category",
            f"Chưa biết ngành hàng trên {platform}. Chọn bộ sản phẩm OCOP cho sản phẩm, ví dụ bộ 4 cho mật ong.",
            f"No category on {platform} is known. Choose the product's OCOP set, for example set 4 for honey.",
        )
    named = f" («{desired.category}»)" if desired.category else ""
    return Problem(
        "category_missing",
        "category",
        f"Bộ sản phẩm OCOP số {set_no} chưa có ngành hàng trên {platform}{named}. "
        "Nhờ người vận hành chọn ngành hàng cấp cuối trong phần cài đặt gian hàng.",
        f"OCOP set {set_no} has no category on {platform}{named}. An operator chooses one in the shop's settings.",
    )
