"""Two small Vietnamese seller centres for the platforms without an interface for programs: pages and workbooks."""

from sandbox.seller_centre.postmart import Postmart
from sandbox.seller_centre.voso import Voso

__all__ = ["Postmart", "Voso"]
