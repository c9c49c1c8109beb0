"""Figures of a model in a terminal."""

from rich.console import Console
from rich.table import Table

from services.routing.evaluation import DeskFigures, FieldFigures

WIDEST_MATRIX = 20


def show_field(found: FieldFigures, console: Console) -> None:
    coverage = "  ".join(f"{share}% {accuracy:.3f}" for share, accuracy in found.coverage)
    bins = "  ".join(f"{held.confidence:.2f}→{held.accuracy:.2f} ({held.messages})" for held in found.calibration)
    console.print(
        f"\n[bold]{found.field}[/bold]  n={found.messages}  accuracy {found.accuracy:.3f}"
        f"  macro-F1 {found.macro_f1:.3f}  ECE {found.calibration_error:.3f}"
        f"\ncoverage     {coverage}\ncalibration  {bins}"
    )
    table = Table("label", "n", "precision", "recall", "F1")
    for label in found.labels:
        table.add_row(
            label.label, str(label.messages), f"{label.precision:.2f}", f"{label.recall:.2f}", f"{label.f1:.2f}"
        )
    console.print(table)
    _show_confusion(found, console)


def _show_confusion(found: FieldFigures, console: Console) -> None:
    names = [label.label for label in found.labels][:WIDEST_MATRIX]
    matrix = Table("expected ↓ given →", *names, title="confusion")
    for expected in names:
        counts = [found.confusion.get((expected, given), 0) for given in names]
        matrix.add_row(expected, *(str(count) if count else "·" for count in counts))
    console.print(matrix)
    console.print("mistakes  " + "  ".join(f"{one}→{other} {count}" for one, other, count in found.mistakes[:12]))


def show_desk(found: DeskFigures, console: Console) -> None:
    console.print(
        f"\n[bold]at the desk[/bold]  to a person {found.persons:.1%}"
        f"  category right without one {found.right_without_person:.3f}"
        f"\npolice business sent away without a person: {found.sent_away}"
        f"\ncannot wait: {found.urgent}  found {found.urgent_found:.2f} with {found.flagged:.1%} flagged"
        f"  ({found.urgent_at_35:.2f} among the 35 % ranked first)"
    )
