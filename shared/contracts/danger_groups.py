"""Words that the learned ear of the danger net takes as one: who, where, with what, when, and what it is not.

To be read and added to by people of the desk. A word added here counts from the next `lounge danger train` on.
"""

from collections.abc import Mapping

from shared.contracts import danger_terms, danger_words

TABLE = """
place     楼顶 楼沿 天台 平台 窗台 窗户 栏杆 桥 河 江 水库 井 坝 塔吊 烟囱 脚手架 房顶
          铁轨 铁道 铁路 悬崖 阳台 架子 水边
means     农药 药片 安眠药 除草剂 敌敌畏 绳子 绳套 麻绳 刀片 割 煤气 汽油 炭 炉子 瓶子 药 毒 喝 吞
weapon    刀 斧 枪 锤 棍 棒 砖 铁锹 锄头 镐 叉 钢管 酒瓶 剪子 剪刀 镰刀 皮带 铁链 家伙
blow      打 砍 捅 踢 踹 抽 掐 勒 揍 扇 砸 抡 撞 按 摁 拖 拽 绑 捆 堵 跟 追 撬 扎 劈 推
body      血 伤 断 昏 晕 喘 呼吸 没气 不动 疼 肿 紫 白沫 吐 烫 烧 叫不醒 叫不应 心脏 硬 凉
gone      没回 没见 不见 没影 没找 走失 走丢 丢了 没了 不知道 关机 空号 没人接 打不通 找不 失联 跑了 走了 出去
farewell  再见 永别 来生 来世 下辈子 别找 别救 别拦 别劝 对不起 不孝 后事 遗 解脱 拖累 连累 活 死
burning   火 烟 烧 着了 炸 漏 煤气 燃气 瓦斯 汽油 爆 味 冒
stuck     困 卡 埋 压 夹 陷 掉 塌 淹 漫 出不 下不 上不 锁 关 不让 看着 绑
money     转 汇 打过去 钱 万 卡里 验证码 密码 扣款 存款 取 贷款 充值 刷 付
cheat     骗 客服 专案 警官 公安局 检察 法院 理财 投资 中奖 刷单 老师 主任 领导 军官
          网友 保证金 解冻 安全账户 屏幕 下载 软件
child     孩子 小孩 女儿 闺女 儿子 娃 学生 岁 同学 老师 班 学校 幼儿园 丫头 孙 侄 弟 妹
indecent  摸 裸 脱 衣服 下面 裤 亲她 陪 性 怀孕 怀上
now       正在 现在 刚 快 赶紧 马上 这会 还在 今晚 今天 一直 救 到现在 还没 来人 求 已经
past      去年 前年 年前 以前 上次 那次 那天 那晚 当年 三年 半年 上个月 月前 前几天 曾 小时候 生前 后来
thanks    感谢 谢谢 多亏 表扬 锦旗 点赞 赞 致敬 感动 好评 救命之恩 辛苦 谢
over      找到了 找着了 没事 平安 误会 灭了 退回 说开 好了 不用 解除 虚惊 其实 原来 结果 并没有 没有人
asking    请问 怎么 如何 吗 咨询 材料 手续 办 申请 补 多少 哪里 什么时候 能不能 想问 补贴 补助 救助 鉴定 证明
wish      希望 建议 请求 提醒 隐患 怕 万一 担心 最好 应该 整治 投诉 反映 举报
slogan    珍爱 远离 防 宣传 讲座 演练 演习 培训 反诈 平安 安全 你我 口号 课 新闻 报道 电影 电视 抖音 听说 戏
matter    物业 房 车 狗 猫 鸡 羊 树 路 电梯 水管 垃圾 噪 合同 押金 退 赔 工资 医保 户口 身份证 保险 公司 厂 店
"""


def _lines() -> list[str]:
    """A line that begins with blanks goes on with the one above."""
    return TABLE.strip().replace("\n  ", " ").splitlines()


def _from_terms() -> Mapping[str, tuple[str, ...]]:
    """What the word net listens for, by kind, without its conditions."""
    by_kind: dict[str, tuple[str, ...]] = {}
    for term in danger_terms.TERMS:
        by_kind[term.kind] = by_kind.get(term.kind, ()) + term.words
    return by_kind


GROUPS: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(words) for name, *words in (line.split() for line in _lines())},
    **_from_terms(),
    "idioms": danger_words.IDIOMS,
    "denials": danger_words.DENIALS,
    "story": danger_words.STORY,
}
BY_THE_WAY = ("恁", "丫头", "小伙", "老汉", "老娘", "小子")
KIN = tuple(
    sorted(
        {*danger_words.KIN, *danger_words.PERSON, *danger_words.CHILD, *BY_THE_WAY},
        key=lambda word: (-len(word), word),
    )
)
"""Said of whom: one word for the ear, the longest first."""
