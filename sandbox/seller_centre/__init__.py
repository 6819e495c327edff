"""Two small Vietnamese seller centres for platforms that offer programs nothing: pages and workbooks."""

from sandbox.seller_centre.postmart import Postmart
from sandbox.seller_centre.voso import Voso

__all__ = ["Postmart", "Voso"]
