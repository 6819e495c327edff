"""Signing in: Argon2 passwords, tokens that are kept as hashes, invitations. The same for the console and the CLI."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from connector.domain.text import fold, tidy
from connector.errors import Complaint
from connector.models_console import ROLES
from connector.store import Store
from connector.store.accounts import Account

SIGNED_IN_FOR = timedelta(days=30)
INVITED_FOR = timedelta(days=7)
SHORTEST, LONGEST = 10, 200
_LOGIN_LONGEST = 100
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))  # checked where there is no such account: both take as long


class Brake(Protocol):
    """Counts failed sign-ins."""

    def blocked_for(self, key: str) -> int:
        """Seconds to wait, 0 if none."""

    def failed(self, key: str) -> None: ...

    def forget(self, key: str) -> None: ...


def tidy_login(login: str) -> str:
    """Capitals and stray spaces do not make another person."""
    made = tidy(login).lower()
    if not 2 <= len(made) <= _LOGIN_LONGEST or not fold(made):
        raise Complaint(
            "Tên đăng nhập dài 2 đến 100 ký tự: số điện thoại, email hoặc một tên.",
            "A sign-in name has 2 to 100 characters: a phone number, an e-mail address or a name.",
        )
    return made


def hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Complaint(
            f"Mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự. Gợi ý: bốn từ ghép lại.",
            f"A password has {SHORTEST} to {LONGEST} characters. A hint: four words in a row.",
        )
    return _hasher.hash(password)


def add(
    store: Store, login: str, password: str, *, name: str = "", role: str = "producer", producer: str | None = None
) -> Account:
    """A new account; producers' accounts name their producer's code, others must not."""
    producer_id = _producer(store, role, producer)
    return store.accounts.add(tidy_login(login), hashed(password), name=tidy(name), role=role, producer_id=producer_id)


def sign_in(store: Store, brake: Brake, login: str, password: str, address: str, agent: str, now: datetime) -> str:
    """The token of a new session. A Complaint that does not say which of the two was wrong."""
    key = f"{tidy(login).lower()[:_LOGIN_LONGEST]}|{address}"
    wait = max(brake.blocked_for(key), brake.blocked_for(address))
    if wait:
        minutes = -(-wait // 60)
        raise Complaint(
            f"Sai quá nhiều lần. Thử lại sau {minutes} phút, hoặc nhờ người quản trị đặt lại mật khẩu.",
            f"Too many wrong tries. Try again in {minutes} min, or ask an admin for a new password.",
        )
    account = _checked(store, login, password)
    if account is None:
        brake.failed(key)
        brake.failed(address)
        raise Complaint("Tên đăng nhập hoặc mật khẩu không đúng.", "The sign-in name or the password is wrong.")
    brake.forget(key)
    return open_session(store, account, agent, now)


def _checked(store: Store, login: str, password: str) -> Account | None:
    found = store.accounts.by_login(tidy(login).lower())
    try:
        _hasher.verify(found[1] if found else _NOBODY, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return None
    return found[0] if found else None


def open_session(store: Store, account: Account, agent: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    store.accounts.sign_in(account.id, seal(token), agent, now + SIGNED_IN_FOR)
    return token


def change_password(store: Store, account: Account, old: str, new: str) -> None:
    """Signs every browser of the account out."""
    if _checked(store, account.login, old) is None:
        raise Complaint("Mật khẩu hiện tại không đúng.", "The present password is wrong.")
    store.accounts.set_password(account.id, hashed(new))


def set_password(store: Store, login: str, new: str) -> None:
    """By an admin, without the old one."""
    found = store.accounts.by_login(tidy_login(login))
    if found is None:
        raise Complaint(f"Không có tài khoản «{login}».", f"No account “{login}”.")
    store.accounts.set_password(found[0].id, hashed(new))


def invite(store: Store, *, role: str, producer: str | None, name: str, now: datetime) -> str:
    """The token of a link that is good once, for a week."""
    token = secrets.token_urlsafe(24)
    producer_id = _producer(store, role, producer)
    store.accounts.invite(seal(token), role=role, producer_id=producer_id, name=tidy(name), until=now + INVITED_FOR)
    return token


def known_role(role: str, producer: str | None) -> str:
    """A role as it was chosen; a producer's code alone is enough to say what the person is."""
    chosen = role or ("producer" if producer else "operator")
    if chosen not in ROLES:
        raise Complaint(f"Vai trò là một trong: {', '.join(ROLES)}.", f"A role is one of: {', '.join(ROLES)}.")
    return chosen


def allow(store: Store, admin: Account, account_id: int, *, yes: bool) -> None:
    """Shut an account out (every browser and machine of it at once) or let it in again. Nobody shuts themselves out."""
    if account_id == admin.id:
        raise Complaint("Không tự khóa tài khoản của mình.", "You cannot shut yourself out.")
    if not store.accounts.allow(account_id, yes=yes):
        raise Complaint("Không có tài khoản này.", "There is no such account.")


def accept(store: Store, token: str, login: str, password: str) -> Account:
    """The account that an invitation makes."""
    made = store.accounts.accept(seal(token), tidy_login(login), hashed(password))
    if made is None:
        raise Complaint(
            "Lời mời này đã dùng hoặc đã hết hạn. Xin lời mời mới.",
            "This invitation was used or has run out. Ask for a new one.",
        )
    return made


def new_machine(store: Store, account: Account, name: str, producer: str = "") -> str:
    """A token for a program; shown once, kept as a hash. With a producer's code it sees that producer only."""
    narrowed = store.accounts.producer_id(producer) if producer else None
    if narrowed is not None and account.producer_id not in (None, narrowed):
        raise Complaint(f"Không có chủ thể «{producer}».", f"No producer “{producer}”.")
    token = "ocop_" + secrets.token_urlsafe(32)
    store.accounts.add_machine(account.id, seal(token), tidy(name) or "API", narrowed)
    return token


def machine_owner(store: Store, login: str) -> Account:
    """Whose tokens these are; a Complaint if nobody's."""
    found = store.accounts.by_login(tidy_login(login))
    if found is None:
        raise Complaint(f"Không có tài khoản «{login}».", f"No account “{login}”.")
    return found[0]


def seal(token: str) -> str:
    """What is kept of a token: it has 192 bits of chance or more, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _producer(store: Store, role: str, code: str | None) -> int | None:
    if (role == "producer") != (code is not None):
        raise Complaint(
            "Tài khoản chủ thể phải ghi mã chủ thể (--producer MÃ); người vận hành và quản trị thì không.",
            "A producer's account names its producer (--producer CODE); operators and admins have none.",
        )
    return None if code is None else store.accounts.producer_id(code)
