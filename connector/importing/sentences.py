"""What the importer says to people, by stable code: Vietnamese, then English; each says what to do."""

from connector.domain.problem import Problem

SENTENCES: dict[str, tuple[str, str]] = {
    "error_cell": (
        "Ô đang báo lỗi {shown}. Sửa công thức hoặc nhập thẳng giá trị.",
        "The cell shows the error {shown}. Mend the formula or type the value itself.",
    ),
    "formula_without_value": (
        "Ô là công thức chưa được tính. Mở tệp bằng Excel, lưu lại, hoặc nhập thẳng giá trị.",
        "The cell is a formula that was never calculated. Open and save the file in Excel, or type the value itself.",
    ),
    "name_missing": (
        "Thiếu tên sản phẩm. Điền vào cột «Tên sản phẩm» (ví dụ: Mật ong hoa nhãn).",
        "The product's name is missing. Fill in the column “Tên sản phẩm” (e.g. Mật ong hoa nhãn).",
    ),
    "producer_missing": (
        "Thiếu chủ thể. Điền vào cột «Chủ thể» (ví dụ: HTX Nông nghiệp Thành Công).",
        "The producer is missing. Fill in the column “Chủ thể” (e.g. HTX Nông nghiệp Thành Công).",
    ),
    "price_missing": (
        "Thiếu giá bán. Điền vào cột «Giá bán (đồng)» (ví dụ: 209000).",
        "The price is missing. Fill in the column “Giá bán (đồng)” (e.g. 209000).",
    ),
    "price_unreadable": (
        "Không hiểu giá «{text}». Ghi một số đồng, ví dụ: 209000 hoặc 209.000đ.",
        "Cannot read the price “{text}”. Write one amount in dong, e.g. 209000 or 209.000đ.",
    ),
    "price_out_of_range": (
        "Giá «{text}» không hợp lý (từ 500 đồng đến 2 tỷ). Ghi đủ số đồng, ví dụ: 209000.",
        "The price “{text}” is not plausible (500 dong to 2 billion). Write full dong, e.g. 209000.",
    ),
    "stock_unreadable": (
        "Tồn kho «{text}» phải là số nguyên từ 0. Ví dụ: 25. Để trống nếu không muốn đổi.",
        "The stock “{text}” must be a whole number from 0, e.g. 25. Leave it blank to keep what is there.",
    ),
    "weight_unreadable": (
        "Không hiểu khối lượng «{text}». Ghi số gam, ví dụ: 500.",
        "Cannot read the weight “{text}”. Write grams, e.g. 500.",
    ),
    "weight_derived": (
        "Chưa ghi khối lượng gói hàng: tính {grams} g theo quy cách «{pack}».",
        "The parcel's weight is not given: {grams} g, by the pack “{pack}”.",
    ),
    "weight_assumed": (
        "Chưa ghi khối lượng gói hàng và quy cách: tạm tính {grams} g.",
        "Neither the parcel's weight nor the pack is given: {grams} g assumed.",
    ),
    "stars_out_of_range": (
        "Số sao «{text}»: chỉ 3, 4 hoặc 5 sao có quyết định công nhận. Chưa được công nhận thì để trống.",
        "Stars “{text}”: only 3, 4 or 5 are certified. Leave the cell blank if there is no decision yet.",
    ),
    "stars_unproven": (
        "Ghi {stars} sao nhưng chưa có số quyết định, nên số sao chưa được đăng. Điền cột «Số quyết định công nhận» và "
        "«Ngày công nhận».",
        "{stars} stars are claimed without a decision, so they are not published. Fill in its number and date.",
    ),
    "certificate_incomplete": (
        "Có số quyết định nhưng thiếu số sao hoặc ngày công nhận, nên chứng nhận chưa được ghi. Điền đủ ba cột.",
        "There is a decision but no stars or no date, so the certificate is not recorded. Fill in all three.",
    ),
    "certificate_dates": (
        "Ngày hết giá trị {expires:%d/%m/%Y} không sau ngày công nhận {issued:%d/%m/%Y}. Sửa lại một trong hai.",
        "The certificate ends on {expires:%d/%m/%Y}, not after it was issued on {issued:%d/%m/%Y}. Correct one.",
    ),
    "certificate_expired": (
        "Chứng nhận hết giá trị từ {expires:%d/%m/%Y}, nên số sao không được đăng. Có quyết định mới thì điền vào.",
        "The certificate ended on {expires:%d/%m/%Y}: the stars are not published. Enter the new decision.",
    ),
    "date_unreadable": (
        "Không hiểu ngày «{text}». Ghi ngày/tháng/năm, ví dụ: 05/08/2026.",
        "Cannot read the date “{text}”. Write day/month/year, e.g. 05/08/2026.",
    ),
    "sku_malformed": (
        "SKU «{text}» phải có 3–20 ký tự A–Z, 0–9 hoặc _ . - và không dấu. Ví dụ: {hint}. Hoặc để trống.",
        "The SKU “{text}” must be 3–20 characters of A–Z, 0–9 or _ . - . For example {hint}. Or leave it blank.",
    ),
    "sku_twice": (
        "SKU {sku} có ở nhiều dòng: {rows}. Mỗi loại hàng một SKU; sửa lại hoặc để trống.",
        "The SKU {sku} stands in several rows: {rows}. One SKU per kind of goods; change it or leave it blank.",
    ),
    "sku_taken": (
        "SKU {sku} đã thuộc sản phẩm {owner}. Dùng SKU khác, hoặc ghi mã sản phẩm {owner} nếu là cùng một hàng.",
        "The SKU {sku} belongs to product {owner}. Use another, or give the product code {owner} if it is the same.",
    ),
    "row_repeated": (
        "Giống hệt dòng {row}, nên chỉ lấy một lần.",
        "The same as row {row}, so it was taken once.",
    ),
    "variant_twice": (
        "Các dòng {rows} là cùng một sản phẩm, cùng phân loại và quy cách. Ghi phân loại khác nhau, hoặc xóa bớt dòng.",
        "Rows {rows} are one product with the same options and pack. Tell them apart by an option, or remove one.",
    ),
    "options_incomplete": (
        "Sản phẩm có {axes} phân loại nhưng dòng này ghi {values} giá trị. Điền đủ tên và giá trị phân loại ở mọi dòng "
        "(ví dụ: Vị – Cay).",
        "The product has {axes} options but this row gives {values} values. Name each option and give its value in "
        "every row (e.g. Vị – Cay).",
    ),
    "barcode_malformed": (
        "Mã vạch «{text}» phải có 8, 12, 13 hoặc 14 chữ số. Không có thì để trống.",
        "The barcode “{text}” must have 8, 12, 13 or 14 digits. Leave it blank if there is none.",
    ),
    "size_unreadable": (
        "Kích thước «{text}» phải là dài x rộng x cao bằng cm. Ví dụ: 20x15x10.",
        "The size “{text}” must be length x width x height in cm, e.g. 20x15x10.",
    ),
    "yes_or_no": (
        "«{text}»: ghi «có» hoặc để trống.",
        "“{text}”: write “có” (yes) or leave it blank.",
    ),
    "text_too_long": (
        "Nội dung dài {length} ký tự, tối đa {limit}. Rút ngắn lại.",
        "The text has {length} characters, at most {limit}. Shorten it.",
    ),
    "set_unknown": (
        "Không có bộ sản phẩm «{text}». Chọn trong danh sách của tệp mẫu, số 1 đến 26, ví dụ: 13 (cà phê, ca cao).",
        "There is no product set “{text}”. Choose from the template's list, 1 to 26, e.g. 13 (coffee, cocoa).",
    ),
    "set_guessed": (
        "Chưa ghi bộ sản phẩm OCOP: tạm hiểu theo tên là «{number}. {name}». Sai thì điền cột này.",
        "The OCOP set is not given: taken from the name as {number}. Fill in the column if that is wrong.",
    ),
    "province_unknown": (
        "Không có tỉnh «{text}». Ghi tên hoặc mã một trong 34 tỉnh, thành phố (tên cũ cũng được), ví dụ: Hà Nội.",
        "There is no province “{text}”. Write the name or code of one of the 34, old names too, e.g. Hà Nội.",
    ),
    "rows_disagree": (
        "Các dòng {rows} cùng một mã sản phẩm nhưng cột này khác nhau. Ghi giống nhau, hoặc chỉ ghi ở dòng đầu.",
        "Rows {rows} are one product but differ in this column. Write the same, or write it in the first row only.",
    ),
    "variant_last": (
        "Sản phẩm phải còn ít nhất một loại. Muốn thôi bán cả sản phẩm, chọn «Ngừng bán: ẩn khỏi mọi sàn».",
        "At least one form must stay. To stop selling the product, tick “Retired: hidden everywhere”.",
    ),
    "name_taken": (
        "Đã có một sản phẩm cùng tên. Mở sản phẩm đó để thêm loại, hoặc đặt tên khác.",
        "There is a product of this name. Open it to add a variant, or choose another name.",
    ),
    "code_taken": (
        "Mã sản phẩm «{taken}» là của chủ thể khác. Để trống cột này hoặc chọn mã khác.",
        "The product code “{taken}” is another producer's. Leave the column blank or choose another code.",
    ),
    "product_at_fault": (
        "Chờ sửa dòng {row} của cùng sản phẩm: {vi}",
        "Waits for row {row} of the same product: {en}",
    ),
}


def problem(code: str, field: str, *, blocking: bool = True, **values: object) -> Problem:
    vi, en = SENTENCES[code]
    return Problem(code, field, vi.format(**values), en.format(**values), blocking)
