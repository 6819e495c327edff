"""Pictures of numbers as SVG, drawn on the server: they print, scale, need no script, and say themselves to readers.

Colours come from the sheet by class (`k-good`, `k-wait`, ...), so that dark mode and print follow by themselves.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Part = tuple[str, float, str]
"""Class of colour, amount, and what it is in words."""


def bar(parts: Iterable[Part], label: str) -> Markup:
    """One stacked bar over the whole width; an amount of nothing is not drawn, a small one stays visible."""
    shown = [part for part in parts if part[1] > 0]
    widths = _shares([amount for _, amount, _ in shown], 1000.0, 8.0)
    drawn, x = [], 0.0
    for (kind, amount, words), width in zip(shown, widths, strict=True):
        title = escape(f"{words}: {_number(amount)}")
        drawn.append(
            f'<rect class="k-{kind}" x="{x:.1f}" width="{width:.1f}" height="20"><title>{title}</title></rect>'
        )
        x += width
    empty = "" if shown else '<rect class="k-empty" width="1000" height="20"/>'
    said = ", ".join(f"{words} {_number(amount)}" for _, amount, words in shown) or "0"
    return _svg("stacked", "0 0 1000 20", f"{label}: {said}", "".join(drawn) + empty, stretch=True)


def columns(stacks: Sequence[Sequence[Part]], label: str, *, height: int = 60) -> Markup:
    """Stacked columns side by side, the tallest as high as the picture; each part names its amount when pointed at."""
    most = max((sum(amount for _, amount, _ in stack) for stack in stacks), default=0) or 1
    step = 1000 / max(len(stacks), 1)
    drawn = []
    for place, stack in enumerate(stacks):
        y = float(height)
        for kind, amount, words in stack:
            tall = amount / most * (height - 2)
            if amount <= 0:
                continue
            tall = max(tall, 1.5)
            y -= tall
            box = f'x="{place * step + step * 0.12:.1f}" y="{y:.1f}" width="{step * 0.76:.1f}" height="{tall:.1f}"'
            drawn.append(f'<rect class="k-{kind}" {box}><title>{escape(words)}: {_number(amount)}</title></rect>')
    base = f'<path class="k-base" d="M0 {height - 0.5}H1000"/>'
    return _svg("columns", f"0 0 1000 {height}", label, "".join(drawn) + base, stretch=True)


def mosaic(cells: Sequence[tuple[str, str]], label: str, *, across: int = 20) -> Markup:
    """One small tile per thing, in reading order: (colour, what it is in words). Shapes differ as colours do."""
    size, drawn = 10, []
    for place, (kind, words) in enumerate(cells):
        row, column = divmod(place, across)
        drawn.append(_tile(kind, column * size, row * size, words))
    rows = -(-len(cells) // across) or 1
    return _svg("mosaic", f"0 0 {across * size} {rows * size}", label, "".join(drawn))


def _tile(kind: str, x: int, y: int, words: str) -> str:
    title = f"<title>{escape(words)}</title>"
    match kind:
        case "good":
            return f'<rect class="k-good" x="{x + 1}" y="{y + 1}" width="8" height="8" rx="2">{title}</rect>'
        case "bad":
            return f'<path class="k-bad" d="M{x + 5} {y}l5 5l-5 5l-5 -5z">{title}</path>'
        case "wait":
            return f'<circle class="k-ring" cx="{x + 5}" cy="{y + 5}" r="3.2">{title}</circle>'
    return f'<circle class="k-none" cx="{x + 5}" cy="{y + 5}" r="1.4">{title}</circle>'


def _shares(amounts: Sequence[float], width: float, least: float) -> list[float]:
    total = sum(amounts) or 1
    raised = [max(amount / total * width, least) for amount in amounts]
    scale = width / (sum(raised) or 1)
    return [amount * scale for amount in raised]


def _number(amount: float) -> str:
    return f"{amount:,.0f}".replace(",", ".")


def _svg(kind: str, box: str, label: str, inside: str, *, stretch: bool = False) -> Markup:
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="chart {kind}" viewBox="{box}"{ratio} {said}>{inside}</svg>')  # noqa: S704 - all escaped
