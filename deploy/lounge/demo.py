"""What an empty demo desk shows: a handful of invented requests, filed through the public API like everybody's."""

from collections.abc import Mapping
from typing import Any

import httpx2
import structlog

from deploy.lounge.client import DeskClient

log = structlog.get_logger("demo")

REQUESTS: tuple[tuple[str | None, Mapping[str, Any]], ...] = (
    (
        "citizen_lin",
        {
            "kind": "dispute",
            "title": "楼上漏水泡坏天花板",
            "narrative": "楼上漏水把我家天花板泡坏了，找了三次都说不是他家的事。我想请人评评理，把天花板修好。",
            "place": "汇景花园3栋",
            "contact": {"name": "林晓梅", "phone": "13900000001"},
            "other_party": {"name": "赵志强", "phone": "13900000002"},
        },
    ),
    (
        "citizen_chen",
        {
            "kind": "service",
            "title": "身份证丢了怎么补",
            "narrative": "我七十八了，身份证找不到了，下个月要去医院复查，腿脚不好，能不能上门给办？",
            "contact": {"name": "陈建国", "phone": "13900000003"},
        },
    ),
    (
        None,
        {"narrative": "晚上十一点多了，楼下烧烤店还在放音响唱歌，老人孩子都睡不着，请民警来看看。", "place": "建设路"},
    ),
    (None, {"kind": "service", "narrative": "办理居住证需要什么资料？在哪里办？"}),
    (
        None,
        {"title": "消防通道", "narrative": "小区东门的消防通道天天停满车，上次救护车都开不进来。", "place": "汇景花园"},
    ),
    (None, {"kind": "help", "narrative": "我爷爷早上出门买菜到现在没回来，他有老年痴呆，电话也没带，联系不上了。"}),
)


async def fill_empty_desk(url: str) -> None:
    """Files the requests once; a desk that has any request is left alone."""
    async with DeskClient(url) as client:
        try:
            answer = await client.call("intake.list_requests", login="duty_officer")
            if answer.status_code != 200 or answer.json()["requests"]:
                return
            for login, body in REQUESTS:
                await client.call("intake.file_request", login=login, body=body)
        except httpx2.TransportError:
            log.warning("demo_not_filled")
