"""How people go through the desk, page by page."""

from tests.browser.screens import Screen

STRIP = (
    "自家的宅基地被他人侵占。隔壁王某盖牛棚的时候占了我屋后面一条地，现在我修屋他又来拦，说我占了他的。"
    "我想请人来调解，把地界说清楚。"
)
PLACE = "汇景花园旁边的旧厂房"


def file_request(
    screen: Screen, text: str = STRIP, place: str = PLACE, sides: str = "邻居、熟人或别的个人"
) -> tuple[str, str]:
    """All five screens; returns code and PIN."""
    screen.goto("/", "home")
    screen.press("我要反映", "file-what")
    screen.fill("您要说的事", text)
    screen.press("下一步", "file-where")
    screen.fill("地点", place)
    screen.press("下一步", "file-who")
    screen.choose(sides)
    screen.fill("怎么称呼对方", "王某")
    screen.fill("对方电话", "139 0000 0002")
    screen.press("下一步", "file-reach")
    screen.fill("怎么称呼您", "张某")
    screen.fill("您的手机号", "139 0000 0009")
    screen.press("下一步", "file-check")
    screen.press("提交", "done")
    return code_and_pin(screen)


def code_and_pin(screen: Screen) -> tuple[str, str]:
    shown = screen.page.locator("[data-card-line]").all_inner_texts()
    return shown[0].strip(), shown[1].replace(" ", "")


def follow(screen: Screen, code: str, pin: str, name: str = "follow") -> None:
    screen.goto("/follow", "follow-enter")
    screen.fill("编号", code)
    screen.fill("查询码", pin)
    screen.press("查看", name)


def enter_as_party(screen: Screen, code: str, pin: str) -> None:
    screen.goto("/party", "party-enter")
    screen.fill("通知上的编号", code)
    screen.fill("通知上的查询码", pin)
    screen.press("查看", "party-claim")


def overrule_to_mediation(screen: Screen) -> None:
    """The officer corrects the open request: a dispute for people's mediators; something is always corrected."""
    seen = screen.page.locator("[data-seen]").get_attribute("data-seen") or ""
    screen.page.keyboard.press("e")
    screen.look("overrule")
    for choice in ("矛盾纠纷", "人民调解"):
        screen.choose(choice)
    screen.page.locator(f"[name=priority][value={'P3' if 'priority=P2' in seen else 'P2'}]").check()
    screen.press("按这样改判", "desk-overruled")


def open_first(screen: Screen) -> None:
    screen.key("j")
    screen.page.locator("#opened").wait_for()
