"""Row errors of the seller centres: their code -> the field it concerns, in which words, and what to do next.

The codes are those of our own proposal, which the sandbox speaks. A code that is not listed is a refusal with the raw
code and the platform's words kept.
"""

from dataclasses import dataclass

from connector.domain.problem import Problem

NOT_FOUND = "KHONG_TIM_THAY"  # the row's id is unknown over there: look before writing again
NOT_TRIED = "CA_TEP"  # the row was fine, another one was not: it may simply go again
LAYOUT = "THIEU_COT"  # of a whole file: headings or template version are not theirs
NO_PICTURE = "ANH_LOI"

_KNOWN = {
    LAYOUT: ("listing", "a mandatory cell is empty"),
    "SAI_KIEU": ("listing", "a value has the wrong form"),
    "TRUNG_MA": ("variants", "the SKU or the option occurs twice"),
    "TEN_QUA_DAI": ("title", "the title is too long"),
    "GIA_KHONG_HOP_LE": ("price", "the price is not allowed"),
    "GIA_BI_KHOA": ("price", "a promotion holds the price"),
    NO_PICTURE: ("pictures", "a picture is missing or unusable"),
    "ANH_QUA_LON": ("pictures", "a picture is too big"),
    "GIAY_TO_THIEU": ("attributes", "papers or certificate data are missing"),
    "GIAY_TO_HET_HAN": ("attributes", "the certificate has expired"),
    "NGANH_HANG_SAI": ("category", "the category is not in their list"),
    NOT_FOUND: ("listing", "there is no such id in this shop"),
    "BI_KHOA": ("visible", "the product is locked"),
    "TEP_HONG": ("listing", "the file was refused as a whole"),
    NOT_TRIED: ("listing", "another row of the file was wrong"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refused row or file, in the platform's own words."""

    code: str
    words: str

    def problem(self, sku: str = "") -> Problem:
        field, english = _KNOWN.get(self.code, ("listing", "refused by the seller centre"))
        at, words = f"{sku}: " if sku else "", self.words.rstrip(".")
        return Problem(
            self.code.lower() or "refused",
            field,
            f"{at}{words or 'sàn không nêu lý do'} [{self.code}]. Hãy sửa rồi lưu lại; dòng sẽ được gửi lại.",
            f"{at}{english} [{self.code}]: {words}. Correct it and save; the row is then sent again.",
        )
