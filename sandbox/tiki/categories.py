"""An invented category tree in Tiki's own wording; only primary (leaf) categories take products."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Document:
    """A certificate that a category wants; ids are the sandbox's own, the real ones are not public."""

    id: int
    name: str


FOOD_DECLARATION = Document(21, "Bản tự công bố hoặc giấy tiếp nhận công bố sản phẩm")
FOOD_SAFETY = Document(22, "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm")
ALCOHOL_LICENCE = Document(23, "Giấy phép bán lẻ rượu")
COSMETIC = Document(24, "Phiếu công bố sản phẩm mỹ phẩm")


@dataclass(frozen=True)
class Category:
    """A node. `restricted`: closed to sellers without documents even where others are open."""

    id: int
    name: str
    parent_id: int
    schema: str = ""
    documents: tuple[Document, ...] = ()
    restricted: bool = False

    def row(self) -> dict[str, Any]:
        """As the category calls show it."""
        return {
            "id": self.id, "name": self.name, "parent_id": self.parent_id, "is_primary": bool(self.schema),
            "is_product_listing_enabled": bool(self.schema),
            "no_license_seller_enabled": not self.restricted, "description": "",
        }  # fmt: skip

    def wants(self, switch: str) -> tuple[Document, ...]:
        """The documents that a request must carry under the switch `required_documents`."""
        return self.documents if switch == "all" or (switch == "restricted" and self.restricted) else ()


_DECLARED = (FOOD_DECLARATION,)
_SAFE = (FOOD_SAFETY,)

CATEGORIES: tuple[Category, ...] = (
    Category(4384, "Bách Hóa Online", 2),
    Category(44792, "NGON - Thực phẩm tươi sống", 4384),
    Category(44793, "Rau, củ, nấm tươi", 44792, "fresh", _SAFE),
    Category(44794, "Trái cây tươi các loại", 44792, "fresh", _SAFE),
    Category(44795, "Thịt tươi & gia cầm", 44792, "fresh", _SAFE),
    Category(44796, "Cá, tôm & thủy hải sản tươi", 44792, "fresh", _SAFE),
    Category(44797, "Trứng gia cầm", 44792, "fresh", _SAFE),
    Category(44798, "Sữa tươi, sữa chua & bơ", 44792, "food", _DECLARED),
    Category(4421, "Đồ ăn & gia vị", 4384),
    Category(15074, "Gạo & nếp các loại", 4421, "food", _DECLARED),
    Category(15075, "Đậu, hạt & ngũ cốc", 4421, "food", _DECLARED),
    Category(15076, "Mì, miến, bún, phở khô", 4421, "food", _DECLARED),
    Category(15077, "Mật ong & phấn hoa", 4421, "food", _DECLARED),
    Category(15078, "Nước mắm & mắm các loại", 4421, "food", _DECLARED),
    Category(15079, "Tương ớt, muối & gia vị", 4421, "food", _DECLARED),
    Category(15080, "Dầu ăn & giấm", 4421, "food", _DECLARED),
    Category(15081, "Giò, chả, lạp xưởng & thịt chế biến", 4421, "food", _DECLARED),
    Category(15082, "Khô & hải sản chế biến", 4421, "food", _DECLARED),
    Category(15083, "Trái cây sấy, mứt & rau củ chế biến", 4421, "food", _DECLARED),
    Category(15084, "Bánh kẹo đặc sản & đồ ăn vặt", 4421, "food", _DECLARED),
    Category(15085, "Thực phẩm ăn liền & đóng hộp", 4421, "food", _DECLARED),
    Category(4422, "Đồ uống, pha chế", 4384),
    Category(23170, "Trà, chè khô", 4422, "food", _DECLARED),
    Category(23171, "Trà thảo dược", 4422, "food", _DECLARED),
    Category(23172, "Cà phê & bột ca cao", 4422, "food", _DECLARED),
    Category(23173, "Nước suối & nước khoáng", 4422, "food", _DECLARED),
    Category(23174, "Nước ép, si rô & nước giải khát", 4422, "food", _DECLARED),
    Category(23175, "Rượu & đồ uống có cồn", 4422, "food", (ALCOHOL_LICENCE,), restricted=True),
    Category(1520, "Làm Đẹp - Sức Khỏe", 2),
    Category(2322, "Thực phẩm bảo vệ sức khỏe", 1520, "food", _DECLARED, restricted=True),
    Category(2323, "Dược liệu & cao thảo mộc", 1520, "food", _DECLARED),
    Category(2324, "Tinh dầu thiên nhiên", 1520, "beauty", (COSMETIC,)),
    Category(2325, "Chăm sóc tóc & da từ thiên nhiên", 1520, "beauty", (COSMETIC,)),
    Category(2326, "Xà bông thủ công", 1520, "beauty", (COSMETIC,)),
    Category(1883, "Nhà Cửa - Đời Sống", 2),
    Category(8371, "Đồ trang trí & quà lưu niệm thủ công", 1883, "craft"),
    Category(8372, "Bát đĩa & gốm sứ", 1883, "craft"),
    Category(8373, "Sản phẩm mây, tre, cói, lá", 1883, "craft"),
    Category(8374, "Đồ gỗ & sơn mài", 1883, "craft"),
    Category(8375, "Chăn ga & vải dệt", 1883, "craft"),
    Category(8376, "Hoa tươi, cây kiểng", 1883, "plant"),
    Category(914, "Thời Trang", 2),
    Category(9151, "Khăn lụa & phụ kiện", 914, "fashion"),
    Category(9152, "Áo dài & trang phục truyền thống", 914, "fashion"),
    Category(7566, "Túi thủ công", 914, "fashion"),
)
BY_ID = {category.id: category for category in CATEGORIES}


def parents(category: Category) -> list[dict[str, Any]]:
    """The chain above a category, nearest first."""
    found = []
    node = BY_ID.get(category.parent_id)
    while node:
        found.append(node.row())
        node = BY_ID.get(node.parent_id)
    return found
