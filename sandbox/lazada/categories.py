"""An invented Vietnamese category tree fit for OCOP goods; ids and names are the sandbox's own."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Category:
    """A node; `schema` names the attribute table of a leaf."""

    id: int
    vi: str
    en: str
    schema: str = ""
    children: tuple["Category", ...] = ()
    restricted: bool = False


def _leaf(id_: int, vi: str, en: str, schema: str = "food", restricted: bool = False) -> Category:
    return Category(id_, vi, en, schema, (), restricted)


TREE: tuple[Category, ...] = (
    Category(1819, "Bách hóa online", "Groceries", children=(
        Category(18190100, "Thực phẩm tươi sống & đông lạnh", "Fresh & Frozen Food", children=(
            _leaf(18190101, "Rau củ tươi", "Fresh Vegetables", "fresh"),
            _leaf(18190102, "Trái cây tươi", "Fresh Fruits", "fresh"),
            _leaf(18190103, "Thịt & gia cầm", "Meat & Poultry", "fresh"),
            _leaf(18190104, "Cá & hải sản", "Fish & Seafood", "fresh"),
            _leaf(18190105, "Trứng", "Eggs", "fresh"),
            _leaf(18190106, "Sữa & chế phẩm từ sữa", "Dairy"),
        )),
        Category(18190200, "Lương thực & đồ khô", "Cooking Staples", children=(
            _leaf(18190201, "Gạo", "Rice"),
            _leaf(18190202, "Ngũ cốc & các loại hạt", "Grains, Nuts & Seeds"),
            _leaf(18190203, "Bún, miến, phở, mì khô", "Dried Noodles"),
            _leaf(18190204, "Mật ong & sản phẩm từ ong", "Honey"),
            _leaf(18190205, "Nước mắm & nước chấm", "Fish Sauce & Dipping Sauces"),
            _leaf(18190206, "Tương, gia vị & nguyên liệu nấu", "Seasoning"),
            _leaf(18190207, "Dầu ăn", "Cooking Oil"),
        )),
        Category(18190300, "Thực phẩm chế biến", "Prepared Food", children=(
            _leaf(18190301, "Giò, chả, nem & thịt chế biến", "Processed Meat"),
            _leaf(18190302, "Hải sản chế biến & khô cá", "Processed & Dried Seafood"),
            _leaf(18190303, "Rau, củ, quả chế biến & sấy", "Processed Fruits & Vegetables"),
            _leaf(18190304, "Bánh, kẹo & ăn vặt", "Snacks & Sweets"),
            _leaf(18190305, "Thực phẩm ăn liền", "Instant Food"),
        )),
        Category(18190400, "Đồ uống", "Beverages", children=(
            _leaf(18190401, "Trà", "Tea"),
            _leaf(18190402, "Trà thảo mộc", "Herbal Tea"),
            _leaf(18190403, "Cà phê & ca cao", "Coffee & Cocoa"),
            _leaf(18190404, "Nước khoáng & nước uống", "Water"),
            _leaf(18190405, "Nước trái cây & đồ uống không cồn", "Soft Drinks & Juice"),
            _leaf(18190406, "Rượu", "Liquor & Spirits", restricted=True),
        )),
    )),
    Category(1438, "Sức khỏe & làm đẹp", "Health & Beauty", children=(
        _leaf(14380101, "Thực phẩm chức năng", "Food Supplements"),
        _leaf(14380102, "Dược liệu & thảo dược", "Herbal Remedies"),
        _leaf(14380103, "Tinh dầu", "Essential Oils", "beauty"),
        _leaf(14380104, "Chăm sóc da & tóc từ thảo dược", "Herbal Skin & Hair Care", "beauty"),
        _leaf(14380105, "Xà phòng & sữa tắm", "Soap & Body Wash", "beauty"),
    )),
    Category(1642, "Nhà cửa & đời sống", "Home & Living", children=(
        _leaf(16420101, "Đồ thủ công & trang trí nhà", "Handicrafts & Home Decor", "craft"),
        _leaf(16420102, "Gốm sứ gia dụng", "Ceramics", "craft"),
        _leaf(16420103, "Đồ mây tre đan", "Bamboo & Rattan", "craft"),
        _leaf(16420104, "Đồ gỗ mỹ nghệ", "Wood Craft", "craft"),
        _leaf(16420105, "Chăn, ga & vải", "Bedding & Fabrics", "textile"),
        _leaf(16420106, "Hoa & cây cảnh", "Flowers & Plants", "plant"),
    )),
    Category(1733, "Thời trang", "Fashion", children=(
        _leaf(17330101, "Khăn & phụ kiện lụa", "Silk Scarves & Accessories", "textile"),
        _leaf(17330102, "Áo dài & trang phục dân tộc", "Traditional Wear", "textile"),
        _leaf(17330103, "Túi xách thủ công", "Handmade Bags", "textile"),
    )),
)  # fmt: skip


def _all(nodes: tuple[Category, ...], path: str = "") -> dict[int, tuple[Category, str]]:
    found: dict[int, tuple[Category, str]] = {}
    for node in nodes:
        here = f"{path}>{node.vi}" if path else node.vi
        found[node.id] = (node, here)
        found |= _all(node.children, here)
    return found


BY_ID = _all(TREE)


def rows(nodes: tuple[Category, ...], vietnamese: bool) -> list[dict[str, Any]]:
    """The tree as /category/tree/get shows it; leaves have no `children`."""
    return [_row(node, vietnamese) for node in nodes]


def _row(node: Category, vietnamese: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "category_id": node.id,
        "name": node.vi if vietnamese else node.en,
        "leaf": not node.children,
        "var": True,
    }
    if node.children:
        row["children"] = rows(node.children, vietnamese)
    return row
