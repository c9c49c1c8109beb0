from datetime import datetime

from services.portal.pages.case_models import Lead
from services.portal.pages.hand_over import time_of
from shared.kernel import BUREAU_ZONE


def test_a_channel_that_led_before_says_until_when_its_time_runs() -> None:
    fresh = Lead(channel="PM", clock="CL-029", length=1, unit="month")
    again = Lead(**{**dict(fresh), "due": datetime(2026, 4, 20, 23, 59, tzinfo=BUREAU_ZONE)})
    assert time_of(fresh).endswith("从转过去那天算")
    assert time_of(again) == "人民调解期限：不重新计算，到4月20日（周一）为止"
    assert time_of(Lead(channel="PM")) == ""
