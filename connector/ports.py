"""What the use-cases ask of the outside, and what an adapter may ask of us. Adapters depend on this only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import SecretStr

from connector.domain.listing import Desired, Facts, Lane, Observed, Ref, Ticket
from connector.domain.ocop import Action
from connector.domain.orders import Cursor, OrderSeen
from connector.domain.plan import Op
from connector.domain.problem import Problem
from connector.errors import Missing, OutcomeUnknown, Refused, Retry


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do. A flag off must raise, a flag on must pass its group of the contract suite."""

    assisted: bool = False  # files carried by somebody, not calls: everything is slow and stale by nature
    hide: bool = True
    variants: bool = True
    publish_hidden: bool = True
    orders: bool = False
    events: bool = False
    adjust_stock: bool = False  # takes ops of kind adjust_stock: a signed change, refused where it would go below zero


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform accepted. `wrote` None: all of the op's fields; `ref`: new ids; `ticket`: a wait follows."""

    ref: Ref | None = None
    wrote: frozenset[str] | None = None
    ticket: Ticket | None = None
    request_id: str = ""
    detail: str = ""


Outcome = Receipt | Retry | OutcomeUnknown | Refused | Missing


@dataclass(frozen=True, slots=True)
class Task:
    """An op with the desired listing it comes from (a payload may need more than the changed fields)."""

    op: Op
    desired: Desired


@dataclass(frozen=True, slots=True)
class Target:
    """A listing to look at: our id, its SKUs, the ids known over there and the wait it is in."""

    listing: int
    skus: tuple[str, ...]
    ref: Ref = field(default_factory=Ref)
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What a verified push says to look at, never what to do. `key` is unique per shop and push, and the same when it
    is delivered again. `account`: the platform's id of the shop it is about, empty for the shop it came to."""

    key: str
    order: str = ""
    item: str = ""
    account: str = ""
    raw_kind: str = ""


class Adapter(Protocol):
    """One platform for one shop. Batch first; raises Retry or NeedsConsent for a whole call, else answers per item."""

    can: Capabilities

    def study(self, wanted: Sequence[Desired]) -> None:
        """Read and remember what `canonical` and `check` need for these (trees, schemas, limits), if it is not known
        or too old. Called before them; the only one of the three that may call."""

    def canonical(self, desired: Desired) -> Facts:
        """The desired listing as this platform would show it. Pure."""

    def check(self, desired: Desired) -> Sequence[Problem]:
        """All reasons at once why this platform would not take it. Limits come from the notebook, never from a call."""

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        """The live state by listing id. ABSENT only after a complete read that looked for the ids and every SKU
        (so this is the look before a create); two strangers with one SKU raise no error but come back in `reason`."""

    def batches(self, tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
        """Split into groups that go out in one call where the platform batches; a create stands alone."""

    def apply(self, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
        """Carry out one group (all of one kind): the outcome by listing id. One bad item never sinks its group."""

    def scan(self) -> Iterator[Observed]:
        """Everything live in the shop, page by page, strangers included. Raises rather than stop early."""

    # The two below are asked only where `can.orders` and `can.events` say so; else they raise NotImplementedError.

    def orders(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        """Every order changed at or after `since.until`, whole, in any order and as often as it likes, in windows and
        pages of the platform's own. A Cursor among them says that all that changed before it has been yielded: it is
        kept at once. The last thing yielded is a Cursor, no later than the moment the read began (for files: the
        moment they picture). Raises rather than stop early. An unpaid order is open if its pieces are off sale."""

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """What a push is about; header names come in lower case. Its signature is checked over the raw bytes in
        constant time, before anything is parsed. Refused if it is not genuine or makes no sense. Calls nobody."""


@runtime_checkable
class Recalls(Protocol):
    """An adapter that reads single orders by number. Optional: without it a push is answered by reading the window."""

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        """These orders as they are now, whole; what the platform does not tell (yet) is left out."""


@runtime_checkable
class Outbox(Protocol):
    """An adapter whose platform keeps events until they are fetched: those it could not push, or all of them."""

    def outbox(self) -> Iterator[Sequence[Hint]]:
        """Batch after batch. Asking for the next one lets the platform forget the one before: keep it first."""


@runtime_checkable
class Forgets(Protocol):
    """An adapter that remembers for a while what it has read of the shop's state."""

    def forget(self) -> None:
        """Another task begins: that state may be old."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the platform that we map to. `id` is empty where the name fits none or several; `required`:
    mandatory attributes, name to label, without those that are filled from the parcel, the brand and the texts."""

    id: str = ""
    required: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a platform offers: `paths` of all leaves by id, as it writes them, and the categories that were asked for,
    by the name we map with."""

    paths: Mapping[str, str]
    categories: Mapping[str, Category]


@runtime_checkable
class Catalogued(Protocol):
    """An adapter whose platform tells its catalogue. Optional: where an adapter has no such method, there is nothing
    to compare the mapping with, and whoever asks gets a Complaint that says so."""

    def catalogue(self, names: Sequence[str], *, fresh: bool) -> Catalogue:
        """`fresh`: read it again now. Else what `study` has remembered, without a call; what was never read is left
        out."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A pack as people see it. `stand`: waiting (nobody has it yet), taken, done, void; `by`: the pack that took its
    place; `refused`: rows that came back with a reason."""

    name: str
    what: str
    rows: int
    at: datetime
    stand: str
    refused: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """The receipt of one file that went `out` or came `in`. `what`: pack, result, export or orders; `at`: when it was
    handed over, or the moment it shows."""

    number: int
    way: str
    what: str
    name: str
    sha256: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file that a person brought turned out to be; `again`: we had exactly this one already."""

    what: str
    name: str
    rows: int
    again: bool = False


@runtime_checkable
class Carried(Protocol):
    """An adapter whose wire is files, carried by somebody. Optional, like the catalogue; Complaints are for people."""

    def parcels(self) -> Sequence[Parcel]:
        """Every pack, newest first."""

    def slips(self) -> Sequence[Slip]:
        """Every receipt, newest first."""

    def hand_over(self, pack: str, who: str) -> bytes:
        """The pack, as often as it is asked for; from the first time on it counts as taken."""

    def form(self, pack: str) -> bytes:
        """A workbook to fill in with what became of the pack, where the seller centre gives no result."""

    def take_back(self, pack: str) -> None:
        """Nobody shall carry it any more: what it would have written is planned anew. Not if somebody has it."""

    def bring(self, name: str, content: bytes, at: datetime, who: str, *, whole: bool) -> Brought:
        """A result, listing export or order export that shows `at`. `whole`: it is the complete shop's."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """One column of a platform's sheet: its letter, their heading, our key for it (empty: nothing of ours), how sure
    we are in percent, and why."""

    column: str
    heading: str
    key: str
    sure: int
    because: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """How one of a platform's sheets may be mapped. `kind`: which sheet of ours it is; `lacking`: keys that it must
    have and has not; `gone`: keys that the version before had; `layout`: the new version, empty while it lacks any."""

    kind: str
    header_row: int
    pairs: Sequence[Pairing]
    lacking: Sequence[str]
    gone: Sequence[str]
    same: bool
    layout: Mapping[str, Any]


@runtime_checkable
class Costed(Protocol):
    """An adapter that knows what some changes cost over there (ids lost, a new review) or that they cannot be made.
    Optional."""

    def costs(self, op: Op, desired: Desired) -> Sequence[Problem]:
        """Warnings for whoever reads the plan. Pure."""


class Notebook(Protocol):
    """What an adapter remembers about its shop between calls (uploaded pictures, category ids): small JSON values."""

    def get(self, kind: str, key: str) -> Any | None: ...

    def all(self, kind: str) -> Mapping[str, Any]: ...

    def put(self, kind: str, key: str, value: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens; the times are UTC, None where the platform does not say. `consent_until`: no refresh helps
    after it, the seller must agree again."""

    access: SecretStr
    refresh: SecretStr | None = None
    access_until: datetime | None = None
    refresh_until: datetime | None = None
    consent_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What a seller's consent gave: tokens, and ids to keep among the credentials under the platform's own names."""

    tokens: Tokens
    credentials: Mapping[str, str] = field(default_factory=dict)


class Consent(Protocol):
    """How a seller lets us into a shop. Optional: the class `Consent` of the module `consent` beside the adapter, made
    from the shop's Connection; a platform without that module is reached without consent."""

    @property
    def asks(self) -> bool:
        """False where the app's credentials alone are enough: `exchange` then takes an empty answer."""

    def link(self, state: str, redirect: str) -> str:
        """Where the seller agrees; the browser comes back to `redirect` with `state` and a code."""

    def exchange(self, answer: Mapping[str, str], redirect: str) -> Granted:
        """Turn what the browser brought back into tokens. Raises a Trouble; the code is spent then."""


class Vault(Protocol):
    """The shop's secrets, encrypted at rest."""

    def credentials(self) -> Mapping[str, SecretStr]: ...

    def tokens(self) -> Tokens | None: ...

    def save(self, tokens: Tokens) -> None:
        """Committed before anyone uses the new pair."""

    def lease(self) -> AbstractContextManager[bool]:
        """Held by one process at a time while it refreshes; True if we waited for another's refresh."""


class Pictures(Protocol):
    """Content-addressed picture files."""

    def read(self, sha256: str) -> bytes: ...

    def url(self, sha256: str) -> str:
        """A public address for platforms that download pictures themselves."""


class Throttle(Protocol):
    """The shared budget of calls per app, shop and endpoint class."""

    def take(self, bucket: str) -> None:
        """Spend one call; raises Retry(after) when the budget is spent for longer than a short wait."""

    def hit(self, bucket: str, after: float = 0.0) -> None:
        """The platform said too fast: halve the rate and stay away for `after` seconds."""

    def rest(self, after: float) -> None:
        """The platform takes no call of this shop at all for `after` seconds: the day's quota is used up."""


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC-aware."""


class Hints(Protocol):
    """Tells workers where to look. A lost hint costs one sweep, a doubled one nothing."""

    def converge(self, shop_id: int, lane: Lane, *, after: float = 0) -> None:
        """`after` so many seconds: what else comes within them needs no hint of its own."""

    def reconcile(self, shop_id: int, cause: str) -> None: ...

    def orders(self, shop_id: int) -> None: ...

    def events(self, shop_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Channel:
    """One file of config/channels: everything about a platform that is data. `adapter` is a dotted path to a class
    that takes a Connection; `settings` its switches and limits; `categories` OCOP set number to its category; `gate`
    what this platform makes of the gate's findings, over config/ocop/gate.toml."""

    platform: str
    name: str
    adapter: str
    base_url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    gate: Mapping[str, Action] = field(default_factory=dict)
    settle_seconds: float = 60.0  # how long an unanswered create may take to show up in reads
    confirm_seconds: float = 60.0  # after a create or revise, look again this much later
    claim: int = 0  # listings worked on at once, where a file or a call carries more than OCOP_BATCH
    gather_seconds: float = 0.0  # changes of stock that come within so long go out together, where files are carried
    order_lag_seconds: float = 1800.0  # how long after it was placed an order may stay out of our sight, at most
    skew_seconds: float = 120.0  # how far the platform's clock may be from ours
    returns_restock: bool = False  # whether the platform itself puts returned pieces back on sale (UNCERTAIN)
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Connection:
    """All that an adapter gets: the channel's data and the shop's own notebook, vault, pictures, budget and clock."""

    shop: str
    channel: Channel
    notebook: Notebook
    vault: Vault
    pictures: Pictures
    throttle: Throttle
    clock: Clock
    timeout_seconds: float = 20.0
    door: str = ""  # the address that the platform was given for this shop's pushes, as some sign it too
