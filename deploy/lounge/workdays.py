"""`lounge workdays`: writes the working-day calendar anew from the `holidays` library, year by year.

Run when the State Council has published the next year's notice and the library knows it; the file is committed, so that
a running desk never depends on the library's opinion of a year.
"""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

DATA = Path(__file__).parents[2] / "shared" / "contracts" / "domain" / "workdays.csv"
NOTICES = {2025: "国办发明电〔2024〕12号", 2026: "国办发明电〔2025〕7号"}
"""The notice of the State Council's general office that each year's rows were compared with."""
HEAD = """\
# Days that differ from Monday to Friday, by the yearly notice of the State Council's general office.
# off: holiday or a weekday swapped for one. work: weekend day on which the country works.
"""

workdays_app = typer.Typer(help="The calendar of working days.")


class YearNotKnown(Exception):
    """The library has no published notice for the year: it would only guess."""


def workdays_csv(years: list[int]) -> str:
    written = io.StringIO()
    written.write(HEAD)
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("year", "date", "day", "notice"))
    for year in years:
        rows.writerows(_rows_of(year))
    return written.getvalue()


def _rows_of(year: int) -> list[tuple[int, date, str, str]]:
    # Imported here: it is large, and every other command line starts without it.
    from holidays import country_holidays

    notice = NOTICES.get(year)
    calendar = country_holidays("CN", years=year)
    make_up = [day for day in calendar.weekend_workdays if day.year == year]
    if notice is None or not make_up:
        raise YearNotKnown(year)
    days = {day: "off" for day in calendar if day.year == year} | dict.fromkeys(make_up, "work")
    return [(year, day, days[day], notice) for day in sorted(days)]


@workdays_app.callback()
def workdays() -> None:
    """Keeps `write` a word of its own, so that the command reads the same when others join it."""


@workdays_app.command("write")
def write(
    years: Annotated[list[int], typer.Argument(help="Every year that the file is to hold.")],
    output: Annotated[Path, typer.Option("--output", "-o")] = DATA,
) -> None:
    """Write the days of YEARS."""
    output.write_text(workdays_csv(sorted(years)), encoding="utf-8")
    typer.echo(f"{output.name}: {', '.join(map(str, sorted(years)))}")
