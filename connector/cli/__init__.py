"""ocop: the same use-cases as the workers and the console, by hand."""

import signal
import sys

import typer

from connector.cli import (
    adopting,
    bundle,
    catalogue,
    certificates,
    channel,
    connect,
    drift,
    gate,
    goods,
    keys,
    look,
    papers,
    passports,
    run,
    say,
    shops,
    stock,
    tokens,
    users,
    work,
)
from connector.cli.entrance import COMPLAINT, LATER, NEEDS_PERSON
from connector.embedded import EmbeddedError
from connector.errors import Complaint, NeedsConsent, Retry

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="OCOP: một kho sản phẩm, năm sàn / one product store, five marketplaces.",
    epilog="Mã thoát / exit codes: 0 ok, 1 lỗi / failure, 2 cần sửa đầu vào / mend your input, "
    "3 cần người quyết định / a person must decide, 4 chờ rồi thử lại / wait and try again.",
)
app.add_typer(shops.app, name="shop")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.add_typer(keys.app, name="keys")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(channel.app, name="channel")
shops.app.command()(connect.connect)
app.add_typer(stock.app, name="stock")
app.add_typer(drift.app, name="drift")
app.add_typer(certificates.app, name="certificate")
app.add_typer(papers.app, name="paper")
for command in (
    run.up,
    run.demo,
    goods.template,
    work.plan,
    work.apply,
    work.sync,
    work.reconcile,
    work.approve,
    look.status,
    look.why,
    look.doctor,
    stock.orders,
    gate.gate,
    passports.place,
    passports.passport,
    bundle.export,
    bundle.restore,
    run.migrate,
    run.web,
):
    app.command()(command)
app.command("import")(goods.import_)
app.command("adopt")(adopting.adopt_)


def main() -> None:
    """The entrance: expected troubles become one sentence and an exit code, anything else is a bug and shows itself."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that children are ended on the way out
    try:
        app()
    except Complaint as complaint:
        _end(complaint.say(say.language()), COMPLAINT)
    except EmbeddedError as error:
        _end(str(error), COMPLAINT)
    except Retry as error:
        _end(say.t(f"Sàn bảo chờ {error.after:.0f} giây: {error}", f"Wait {error.after:.0f} s: {error}"), LATER)
    except NeedsConsent as error:
        _end(say.t(f"Cần cấp quyền lại: {error}", f"Consent is needed again: {error}"), NEEDS_PERSON)


def _end(sentence: str, code: int) -> None:
    say.err.print(sentence)
    sys.exit(code)
