import inspect
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from services.portal.pages import contexts
from services.portal.pages.contexts import Page, WhatView
from services.portal.pages.rendering import templates
from shared.kernel import BUREAU_ZONE

PORTAL = Path(inspect.getfile(contexts)).parents[2]
SOURCES = {path.relative_to(PORTAL / "templates").as_posix(): path for path in (PORTAL / "templates").rglob("*.html")}
PARTS = {
    "base.html",
    "blank.html",
    "macros.html",
    "icons.html",
    "file/frame.html",
    "desk/request.html",
    "station/parts.html",
    "orders/parts.html",
    "rules/parts.html",
    "directory/parts.html",
    "assistant/parts.html",
}
PAGE = Page(
    bureau="县公安局",
    now=datetime(2026, 11, 22, 15, 4, tzinfo=BUREAU_ZONE),
    path="/file/what",
    csrf="c",
    form_key="k",
)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_template_compiles_and_holds_no_style_or_script_of_its_own(name: str) -> None:
    source = SOURCES[name].read_text(encoding="utf-8")
    templates().get_template(name)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_form_that_changes_something_carries_its_keys(name: str) -> None:
    source = SOURCES[name].read_text(encoding="utf-8")
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source, re.DOTALL)
    assert all("form_keys(page)" in form for form in forms)


def test_every_page_has_a_context_that_names_it_and_every_named_page_exists() -> None:
    named = {
        name
        for context in vars(contexts).values()
        if inspect.isclass(context)
        for name in re.findall(r"[\w/]+\.html", context.__doc__ or "")
    }
    assert named == set(SOURCES) - PARTS


def test_a_desk_whose_clock_is_set_elsewhere_says_so_on_every_page() -> None:
    template = templates().get_template("file/what.html")
    told = template.render(page=replace(PAGE, clock_is_set=True), view=WhatView())
    assert "时钟现在是11月22日（周日）15:04，不是真实时间" in told
    assert "不是真实时间" not in template.render(page=PAGE, view=WhatView())


def test_what_a_citizen_typed_never_becomes_markup() -> None:
    html = templates().get_template("file/what.html").render(page=PAGE, view=WhatView(text="</textarea><script>x"))
    assert "</textarea><script>" not in html
    assert "&lt;/textarea&gt;&lt;script&gt;x" in html


def test_a_page_without_its_context_fails_instead_of_showing_gaps() -> None:
    with pytest.raises(UndefinedError):
        templates().get_template("home.html").render(page=PAGE)


def test_style_and_script_stay_small_enough_for_a_slow_phone() -> None:
    assert (PORTAL / "static" / "lounge.css").stat().st_size <= 30_000
    assert (PORTAL / "static" / "lounge.js").stat().st_size <= 10_000
    assert (PORTAL / "static" / "desk.js").stat().st_size <= 8_000
