"""The templates, set so that a missing field fails and nothing typed becomes markup."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.portal.pages.words import FILTERS


def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.portal", "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment
