"""The category tree: this sandbox's own ids and wording, leaves fit for OCOP goods."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A node; `keywords` feed category_recommend, `kind` picks the attribute schema."""

    id: int
    parent: int
    vi: str
    en: str
    kind: str = ""
    keywords: tuple[str, ...] = ()
    pre_order: bool = True

    @property
    def leaf(self) -> bool:
        return bool(self.kind)


def _leaf(id: int, parent: int, vi: str, en: str, kind: str, keywords: str, *, pre_order: bool = True) -> Category:
    return Category(id, parent, vi, en, kind, tuple(keywords.split("|")), pre_order)


TREE = (
    Category(100629, 0, "Thực phẩm và đồ uống", "Food & Beverages"),
    Category(100780, 100629, "Thực phẩm tươi sống", "Fresh Food"),
    _leaf(
        100860,
        100780,
        "Rau củ quả tươi",
        "Fresh Vegetables & Fruits",
        "fresh",
        "rau|củ|quả|trái cây|bưởi|cam|xoài|chuối|nấm tươi|khoai|thanh long|nhãn|vải thiều",
        pre_order=False,
    ),
    _leaf(
        100861,
        100780,
        "Thịt, thủy sản tươi và đông lạnh",
        "Meat & Seafood",
        "fresh",
        "thịt|cá |tôm|mực|gà|vịt|lợn|bò|thủy sản|cua",
        pre_order=False,
    ),
    _leaf(100862, 100780, "Trứng", "Eggs", "fresh", "trứng", pre_order=False),
    Category(100781, 100629, "Nguyên liệu nấu ăn", "Cooking Essentials"),
    _leaf(100865, 100781, "Gạo và ngũ cốc", "Rice & Grains", "food", "gạo|nếp|ngũ cốc|bột|yến mạch|ngô"),
    _leaf(100866, 100781, "Bún, miến, phở, mì khô", "Dried Noodles", "food", "bún|miến|phở|mì |mỳ|bánh đa"),
    _leaf(
        100867,
        100781,
        "Nước mắm, tương và gia vị",
        "Sauces & Seasoning",
        "food",
        "nước mắm|tương|gia vị|mắm|muối|tiêu|ớt|dầu ăn|giấm|hạt nêm",
    ),
    _leaf(100868, 100781, "Mật ong và siro", "Honey & Syrups", "food", "mật ong|siro|sữa ong chúa|phấn hoa"),
    Category(100782, 100629, "Đồ ăn chế biến và ăn vặt", "Prepared Food & Snacks"),
    _leaf(
        100870,
        100782,
        "Giò chả, thịt và cá chế biến",
        "Processed Meat & Fish",
        "food",
        "giò|chả|nem|lạp sườn|xúc xích|ruốc|khô gà|khô bò|cá kho|khô cá|chà bông",
    ),
    _leaf(
        100871,
        100782,
        "Hạt và trái cây sấy",
        "Nuts & Dried Fruits",
        "food",
        "hạt|điều|lạc|mắc ca|macca|sấy|mứt|ô mai",
    ),
    _leaf(100872, 100782, "Bánh kẹo", "Sweets & Biscuits", "food", "bánh|kẹo|chè lam|bỏng|snack"),
    _leaf(
        100873,
        100782,
        "Rau củ chế biến, dưa muối",
        "Processed Vegetables",
        "food",
        "dưa|cà muối|măng|nấm khô|mộc nhĩ|đậu phụ|rau củ sấy|tương bần",
    ),
    Category(100783, 100629, "Sữa và chế phẩm từ sữa", "Dairy"),
    _leaf(100875, 100783, "Sữa, sữa chua, phô mai", "Milk, Yogurt & Cheese", "fresh", "sữa|phô mai|caramen"),
    Category(100784, 100629, "Đồ uống", "Beverages"),
    _leaf(100876, 100784, "Trà", "Tea", "food", "trà xanh|chè xanh|trà|chè|shan tuyết"),
    _leaf(
        100877,
        100784,
        "Trà thảo mộc",
        "Herbal Tea",
        "food",
        "thảo mộc|trà hoa|atiso|giảo cổ lam|nụ vối|trà túi lọc|cà gai leo",
    ),
    _leaf(100878, 100784, "Cà phê và ca cao", "Coffee & Cocoa", "food", "cà phê|cafe|ca cao|cacao"),
    _leaf(
        100879,
        100784,
        "Nước khoáng và nước giải khát",
        "Water & Soft Drinks",
        "food",
        "nước khoáng|nước ép|nước uống|nước giải khát|nước cốt",
    ),
    _leaf(100880, 100784, "Rượu", "Liquor", "food", "rượu|vang|whisky"),
    Category(100001, 0, "Sức khỏe", "Health"),
    Category(100790, 100001, "Thực phẩm chức năng", "Food Supplements"),
    _leaf(
        100885,
        100790,
        "Hỗ trợ sức khỏe",
        "Well Being",
        "health",
        "thực phẩm chức năng|viên|nhân sâm|đông trùng|nghệ|tinh bột nghệ|cao |yến",
    ),
    Category(100791, 100001, "Dược liệu và tinh dầu", "Traditional Remedies"),
    _leaf(100886, 100791, "Tinh dầu", "Essential Oils", "care", "tinh dầu|dầu tràm|dầu gió"),
    _leaf(100887, 100791, "Dược liệu", "Herbs", "health", "dược liệu|thuốc nam|ngâm chân|ba kích|sâm"),
    Category(100630, 0, "Sắc đẹp", "Beauty"),
    Category(100792, 100630, "Chăm sóc cơ thể", "Bath & Body Care"),
    _leaf(
        100888,
        100792,
        "Mỹ phẩm thảo dược",
        "Herbal Cosmetics",
        "care",
        "mỹ phẩm|xà phòng|dầu gội|bồ kết|son|kem|nước rửa",
    ),
    Category(100636, 0, "Nhà cửa và đời sống", "Home & Living"),
    Category(100793, 100636, "Trang trí nhà cửa", "Home Decor"),
    _leaf(
        100890,
        100793,
        "Thủ công mỹ nghệ",
        "Handicrafts",
        "craft",
        "thủ công|mỹ nghệ|mây tre|tranh|tượng|sơn mài|khảm|gỗ|lục bình|cói|nón|đèn lồng",
    ),
    Category(100794, 100636, "Đồ dùng phòng ăn", "Dinnerware"),
    _leaf(100891, 100794, "Gốm sứ gia dụng", "Ceramics", "craft", "gốm|sứ|ấm chén|bát|lọ hoa|bình"),
    Category(100795, 100636, "Sân vườn", "Gardening"),
    _leaf(
        100892,
        100795,
        "Hoa và cây cảnh",
        "Plants & Flowers",
        "plain",
        "hoa|cây cảnh|bonsai|lan |sinh vật cảnh",
        pre_order=False,
    ),
    Category(100017, 0, "Thời trang", "Fashion"),
    Category(100796, 100017, "Vải và trang phục truyền thống", "Fabric & Traditional Wear"),
    _leaf(
        100893,
        100796,
        "Vải, lụa, thổ cẩm",
        "Fabric, Silk & Brocade",
        "craft",
        "vải|lụa|thổ cẩm|khăn|áo|tơ tằm|túi",
    ),
)
BY_ID = {category.id: category for category in TREE}


def recommend(title: str, most: int = 3) -> list[int]:
    """Leaves whose keywords the title holds, best first; a longer keyword says more."""
    text = f"{title.casefold()} "
    scores = {c.id: sum(len(k) for k in c.keywords if k in text) for c in TREE if c.leaf}
    ranked = sorted((id for id, score in scores.items() if score), key=lambda id: -scores[id])
    return ranked[:most]
