"""RFC 9457 problems for every error, in words their reader understands."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog
import yaml
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.eventstore import KeyReused, Repeated
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import BUREAU_ZONE, ConcurrencyConflict, NotFound, NotThereYet, Rejection, Unavailable
from shared.telemetry.spans import current_trace_id
from shared.web.errors import STATUS, NotSignedIn, TooManyTries

MEDIA_TYPE = "application/problem+json"
WEIGHT = re.compile(r"[01](\.\d{0,3})?")
OWN_WORDS = Path(__file__).with_name("problems.yaml")

log = structlog.get_logger("web")


def language_of(request: Request) -> str:
    """`en` when the reader prefers English over Chinese, else `zh`."""
    wanted = {"zh": 0.0, "en": 0.0}
    for place, entry in enumerate(request.headers.get("accept-language", "").lower().split(",")[:20]):
        tag, _, weight = entry.partition(";q=")
        language = tag.strip().partition("-")[0]
        if language in wanted:
            wanted[language] = max(wanted[language], _weight(weight) - place * 1e-6)
    return "en" if wanted["en"] > wanted["zh"] else "zh"


def _weight(text: str) -> float:
    return float(text) if WEIGHT.fullmatch(text.strip()) else 0.0 if text else 1.0


class Catalogue:
    """Slug → language → title and detail."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._words: dict[str, Any] = {}
        for file in files:
            self._words.update(_words_in(file))

    def __contains__(self, slug: str) -> bool:
        return slug in self._words

    def words(self, slug: str, language: str, details: Mapping[str, object]) -> tuple[str, str]:
        """Title and detail, with the details of a refusal as its reader has them."""
        found = self._words.get(slug) or self._words["http"]
        told = found[language]
        return told["title"], told["detail"].format_map(_Told(_readable(details)))


@cache
def _words_in(file: Path) -> Mapping[str, Any]:
    """Read once for all services of a process that answer by it."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}


class _Told(dict[str, object]):
    """A detail that the refusal does not carry shows as a dash instead of failing the answer."""

    def __missing__(self, key: str) -> str:
        return "—"


def _at_once(handler: Any) -> Any:
    """What is no coroutine would be sent to a thread, which costs more than the answer."""

    async def answer(request: Request, error: Exception) -> Response:
        told: Response = handler(request, error)
        return told

    return answer


class Problems:
    """Turns exceptions into answers."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def install(self, app: FastAPI) -> None:
        handlers: dict[type[Exception], Any] = {
            Rejection: self._rejected,
            Repeated: self._repeated,
            KeyReused: lambda request, error: self.answer(request, 422, "key-reused"),
            ConcurrencyConflict: self._conflict,
            NotFound: lambda request, error: self.answer(request, 404, "not-found"),
            NotThereYet: lambda request, error: self.answer(request, 404, "not-found"),
            Unavailable: lambda request, error: self.answer(request, 503, "unavailable", retry_after=5),
            RequestValidationError: self._invalid,
            HTTPException: self._http,
            Exception: self._unexpected,
        }
        for down in UNAVAILABLE:
            handlers[down] = handlers[Unavailable]
        for kind, handler in handlers.items():
            app.add_exception_handler(kind, _at_once(handler))

    def answer(
        self,
        request: Request,
        status: int,
        slug: str,
        *,
        retry_after: int | None = None,
        extra: Mapping[str, Any] | None = None,
        **details: object,
    ) -> Response:
        title, detail = self.catalogue.words(slug, language_of(request), details)
        body = {"type": slug, "title": title, "status": status, "detail": detail, "instance": request.url.path}
        if (trace := current_trace_id()) is not None:
            body["trace_id"] = trace
        body.update(extra or {})
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)

    def _rejected(self, request: Request, error: Rejection) -> Response:
        status = STATUS.get(type(error), 409)
        told = {name: _plain(value) for name, value in error.details.items()}
        extra: dict[str, Any] = {"rule": error.rule} if error.rule else {}
        if told:
            extra["details"] = told
        retry = int(str(error.details["seconds"])) if isinstance(error, TooManyTries) else None
        retry = 5 if status == 503 else retry
        return self.answer(request, status, error.slug, retry_after=retry, extra=extra, **error.details)

    def _repeated(self, request: Request, error: Repeated) -> Response:
        status = request.scope["route"].status_code or 200
        headers = {"Idempotency-Replayed": "true"}
        return Response(error.answer, status, media_type="application/json", headers=headers)

    def _conflict(self, request: Request, error: ConcurrencyConflict) -> Response:
        if "if-match" in request.headers:
            return self.answer(request, 412, "precondition-failed")
        return self.answer(request, 409, "conflict")

    def _invalid(self, request: Request, error: RequestValidationError) -> Response:
        """Never echoes the input: it may be what no JSON can carry, or what somebody typed."""
        found = error.errors()
        if any(each["type"] == "json_invalid" for each in found):
            return self.answer(request, 422, "unreadable")
        errors = [
            {"field": _field(each["loc"]), "in": str(each["loc"][0]), "what": each["type"]}
            | {"words": _mend(each, language_of(request))}
            for each in found
        ]
        return self.answer(request, 422, "invalid", extra={"errors": errors}, count=len(errors))

    def _http(self, request: Request, error: HTTPException) -> Response:
        slugs = {
            404: "not-found",
            405: "method-not-allowed",
            413: "too-large",
            401: NotSignedIn.slug,
            400: "unreadable",
        }
        slug = slugs.get(error.status_code, "http")
        response = self.answer(request, error.status_code, slug, code=error.status_code, limit=MAX_BODY)
        response.headers.update(error.headers or {})
        return response

    def _unexpected(self, request: Request, error: Exception) -> Response:
        log.error("request_failed", path=request.scope.get("route") and request.scope["route"].path, exc_info=error)
        return self.answer(request, 500, "internal", trace=current_trace_id() or "—")


MAX_BODY = 1_000_000
"""Bytes of a request body."""

MENDING = {
    "zh": {
        "missing": "这一项必须填写",
        "extra_forbidden": "没有这一项",
        "string_too_long": "太长，最多 {max_length} 个字",
        "string_too_short": "太短，至少 {min_length} 个字",
        "string_pattern_mismatch": "格式不对",
        "string_type": "这里要填文字",
        "string_unicode": "文字中含有不完整的字符",
        "unstorable": "文字中含有无法保存的字符",
        "nothing_in_it": "请填写内容",
        "uuid_parsing": "编号格式不对",
        "enum": "请从给出的选项中选择：{expected}",
        "literal_error": "请从给出的选项中选择：{expected}",
        "int_parsing": "这里要填整数",
        "int_type": "这里要填整数",
        "greater_than_equal": "不能小于 {ge}",
        "less_than_equal": "不能大于 {le}",
        "too_long": "最多 {max_length} 项",
        "too_short": "至少 {min_length} 项",
        "value_error": "{error}",
        "model_attributes_type": "这里要填一个对象",
        "dict_type": "这里要填一个对象",
        "list_type": "这里要填一个列表",
        "bool_type": "请填是或否",
        "bool_parsing": "请填是或否",
        "int_from_float": "这里要填整数",
        "finite_number": "这里要填普通的数",
        "int_parsing_size": "这个数太大",
        "date_from_datetime_parsing": "日期格式不对，例如 2026-03-02",
        "date_parsing": "日期格式不对，例如 2026-03-02",
        "datetime_from_date_parsing": "时间格式不对，例如 2026-03-02T09:00:00+08:00",
        "datetime_parsing": "时间格式不对，例如 2026-03-02T09:00:00+08:00",
        "timezone_aware": "时间要写明时区，例如 2026-03-02T09:00:00+08:00",
    },
    "en": {
        "missing": "required",
        "extra_forbidden": "no such field",
        "string_too_long": "too long, at most {max_length} characters",
        "string_too_short": "too short, at least {min_length} characters",
        "string_pattern_mismatch": "wrong format",
        "string_type": "text expected",
        "string_unicode": "contains a broken character",
        "unstorable": "contains a character that cannot be stored",
        "nothing_in_it": "must not be empty",
        "uuid_parsing": "not a valid id",
        "enum": "one of {expected}",
        "literal_error": "one of {expected}",
        "int_parsing": "whole number expected",
        "int_type": "whole number expected",
        "greater_than_equal": "at least {ge}",
        "less_than_equal": "at most {le}",
        "too_long": "at most {max_length} items",
        "too_short": "at least {min_length} items",
        "value_error": "{error}",
        "model_attributes_type": "an object expected",
        "dict_type": "an object expected",
        "list_type": "a list expected",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "int_from_float": "whole number expected",
        "finite_number": "an ordinary number expected",
        "int_parsing_size": "the number is too large",
        "date_from_datetime_parsing": "a date expected, such as 2026-03-02",
        "date_parsing": "a date expected, such as 2026-03-02",
        "datetime_from_date_parsing": "a time expected, such as 2026-03-02T09:00:00+08:00",
        "datetime_parsing": "a time expected, such as 2026-03-02T09:00:00+08:00",
        "timezone_aware": "a time zone is needed, such as 2026-03-02T09:00:00+08:00",
    },
}


def _field(place: Sequence[object]) -> str:
    """The name may be the caller's own: whatever no answer can carry becomes a question mark."""
    return ".".join(str(part) for part in place[1:]).encode(errors="replace").decode()[:200]


def _mend(error: Mapping[str, Any], language: str) -> str:
    """How to mend one field, in a sentence."""
    words = MENDING[language].get(error["type"])
    if words is None:
        return "填写有误" if language == "zh" else "not valid"
    return words.format_map(_Told(error.get("ctx") or {}))


def _plain(value: object) -> object:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if isinstance(value, int | bool | None) else str(value)


def _readable(details: Mapping[str, object]) -> dict[str, object]:
    """Counts for collections, for people are not named in a problem; times are the bureau's."""
    return {name: _told(value) for name, value in details.items()}


def _told(value: object) -> object:
    match value:
        case list() | tuple() | set() | frozenset():
            return len(value)
        case datetime() if value.tzinfo is not None:
            return f"{value.astimezone(BUREAU_ZONE):%Y-%m-%d %H:%M}"
        case _:
            return value
