"""A refusal as a page: what is the matter, and how to go on."""

from typing import Literal

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError

from services.portal.desk_client import Refused, Unreachable
from services.portal.pages.contexts import Link, ProblemView
from services.portal.pages.refusals import StrangeForm

Kind = Literal["problem", "forbidden", "absent", "too_late", "unavailable"]
HOME, DESK = Link("回首页", "/"), Link("回工作台", "/work")

ABSENT = ("没有这一页", "地址可能写错了，或者这件事已经不在这里。", "从首页重新进去，或者用编号和查询码查进度。")
FORBIDDEN = ("这一页您看不了", "这件事不归您这个岗位看。您来过这一次已经记下。", "工作需要的，请本件承办人把您加进来。")
UNAVAILABLE = ("暂时连不上", "后台有一部分正在恢复，您写的没有丢。", "请过一会儿再试；急事请直接打 110。")
TOO_LARGE = ("东西太大了", "一次最多能收 1 MB 的文字。", "请返回上一页，分几次写。")
BROKEN = ("我们这里出了差错", "这是我们的问题，不是您的。", "请过一会儿再试；一直不行，请打电话或到服务台。")
STRANGE = (
    "这张表单已经失效",
    "它不是从这台设备刚打开的页面提交的。",
    "请返回上一页刷新后再提交；请允许浏览器保存 Cookie。",
)


def problem_of(error: Exception, trace_id: str, *, desk: bool) -> ProblemView:
    status, kind, (title, detail, mend) = _told(error)
    told = error.trace_id if isinstance(error, Refused) and error.trace_id else trace_id
    return ProblemView(status, title, detail, mend, told, DESK if desk else HOME, kind)


def _told(error: Exception) -> tuple[int, Kind, tuple[str, str, str]]:
    match error:
        case Refused():
            return _refused(error)
        case Unreachable():
            return 503, "unavailable", UNAVAILABLE
        case HTTPException(status_code=413):
            return 413, "problem", TOO_LARGE
        case HTTPException() | RequestValidationError():
            return 404, "absent", ABSENT
        case StrangeForm():
            return 403, "forbidden", STRANGE
    return 500, "problem", BROKEN


def _refused(error: Refused) -> tuple[int, Kind, tuple[str, str, str]]:
    match error.status:
        case 403:
            return 403, "forbidden", (FORBIDDEN[0], error.words or FORBIDDEN[1], FORBIDDEN[2])
        case 404:
            return 404, "absent", ABSENT
        case 429:
            return 429, "too_late", ("试得太多了", error.words, "请稍等一会儿再试。")
        case 503 | 202:
            return 503, "unavailable", UNAVAILABLE
        case status if status >= 500:
            return 500, "problem", BROKEN
    return error.status, "problem", (error.title or "现在还不能这样做", error.detail, "请返回上一页看看。")
