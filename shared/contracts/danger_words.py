"""The word lists of the danger net, to be read and changed by people of the desk; `danger_terms` combines them."""

Words = tuple[str, ...]


def _words(text: str) -> Words:
    return tuple(text.split())


TRADITIONAL = "殺樓沒裡來媽爺鎖關電話騙轉賬帳戶燒災爆點煙兒孫親團圍開門槍"
SIMPLIFIED = "杀楼没里来妈爷锁关电话骗转账账户烧灾爆点烟儿孙亲团围开门枪"

IDIOMS = _words("""
    自杀式优惠 自杀式降价 自杀式促销 跳楼价 跳楼机 跳楼大甩卖 跳楼甩卖 跳楼大促 想死心 想死你 想死我 不想活在
    不想活成 跳河边 信息爆炸 信息大爆炸 知识爆炸 知识大爆炸 道德绑架 情感绑架 绑架式 救命钱 救命稻草 救命药 救命恩人
    杀价 扼杀 抹杀 杀鸡 看着火车 着火车 打架子鼓 打的士 打斗地主 被打造 被打通 被打破 被打折 被打断 被打回 被打包
    被打扫 被打上 正在打造 正在打通 正在打印 正在打桩 正在打地基 正在打井 正在打官司 正在打折 人气爆炸 数量爆炸
    性侵占 泄漏个人信息 防走失 防自杀 说我想死 让人想死 动刀叉 起火灾 挑起火 一起火 说起火车 三上吊 大爆炸式
""")
"""A danger word that touches one of these says nothing."""

DENIALS = _words("""
    没有 并无 未曾 并未 不是 不会 从不 从未 没 未 别 绝不 无
""")
"""Right before the word."""

PREVENTION = _words("""
    防止 预防 避免 谨防 以免 防范 杜绝 防 免得 反 凡是 切勿 不要向 一律 如何防
""")
"""Before the word in the same clause."""

STORY = _words("""
    新闻 报道 报纸 电影 电视剧 小说 视频说 故事 情节 案例 历史 听说 网上说 网传 演练 演习 模拟 讲座 课堂 宣传 培训
    手册 口号 建议 希望 盼望 万一 一旦 假如 假设 隐患 容易 可能会 经常 时常 多次 每次 有时 有些 以前 从前 当年 曾
    前年 去年 往年 上个月 上周 那年 年前 那次 当时 后来 前段时间 已判 判刑 判决 刑满 申请执行 应该多 什么时候能 随时
    如果 难道 非得 非要等 真的要等 要不是 为什么 可能导致 身亡 现象 事件 问题 时间最长 入院 住院 鉴定 调查
    上回 上次 那回 那晚 抖音 戏里 唱的戏 心理课 这课 真怕 怕有 认定书 事后报警
""")
"""News, drills, wishes and the past, unless a word of now stands beside them."""

OVER = _words("""
    找到了 找着了 找回 送回 送回家 已获救 获救了 救出来了 脱险 已扑灭 扑灭了 平安无事 平安到家 已经没事 虚惊 误会一场
    已经上救护车 出院了 已经关火 捉迷藏 说开了 救回来的 给劝下来 不轻信 不听不信 都是骗子 都是诈骗
""")
"""It ended well, or it is a slogan."""

THANKS = _words("""
    感谢 多亏 表扬 锦旗 致谢 鞠躬 恩人 没齿难忘 谢谢你们 谢谢民警 谢谢消防 谢谢警察 点赞 回访 好评 给个赞 不用来了
    不用麻烦 不用处理 没喝农药
""")
"""Said when it is over; somebody who calls for help may thank too, but then with a word of now."""

NOW_FOR_SURE = _words("""
    正在 此刻 现在 救命 快来 快救 至今 到现在
""")
"""Outweighs a date."""

NOW = _words("""
    正在 正要 此刻 这会 现在 救命 快来 赶紧 赶快 马上 立刻 立即派 还在 刚刚 刚才 今晚 快救 出不来
""")

PERSON = _words("""
    老人 老头 老太 大爷 大妈 大娘 奶奶 爷爷 姥姥 姥爷 外公 外婆 父亲 母亲 爸 妈 爹 娘 孩子 小孩 儿子 女儿 闺女 姑娘
    男孩 女孩 娃 丈夫 老公 老婆 老伴 妻子 媳妇 弟 妹 哥 姐 侄 孙 外甥 家人 亲人 朋友 同学 工友 邻居 老爷子 学生 婴儿
    宝宝 有人 个人 我们 我 俺 他 她 男的 女的 男子 女子 孕妇 人员 业主 路人 司机
""")

KIN = _words("""
    老人 老头 老太 大爷 大妈 大娘 奶奶 爷爷 姥姥 姥爷 外公 外婆 父亲 母亲 爸 妈 爹 娘 孩子 小孩 儿子 女儿 闺女 姑娘
    男孩 女孩 娃 丈夫 老公 老婆 老伴 妻子 媳妇 弟 妹 哥 姐 侄 孙 外甥 家人 亲人 朋友 同学 老爷子 学生 婴儿 宝宝 对象
    室友 工友 婆婆 公公 岳父 岳母 小姨 舅 姑 婶 伯 叔 嫂 病人
""")

CHILD = _words("""
    孩子 小孩 儿子 女儿 闺女 男孩 女孩 娃 学生 幼儿 宝宝 婴儿 侄女 侄子 外甥 孙女 孙子 未成年 初一 初二 初三 小学
    幼儿园 班上 同学 我儿 岁的
""")

THINGS = _words("""
    证 卡 存折 遗嘱 作业 车 快递 包裹 钱包 手机 户口 通知 钥匙 狗 猫 宠物 鸟 档案 材料 合同 手续 发票 牌子 手环 号码
    注销 宣告 登记 领导 门牌 标线 监控录像 物业人员 工作人员 开发商 公司 房东 老板 中介 商家 店家 负责人 老总 押金
    定金 会员 退款 楼盘 烂尾 贷款 工程款 经理 厂家
""")
"""What gets lost without danger, and who is merely out of reach."""

NAMED = {"<person>": PERSON, "<kin>": KIN, "<child>": CHILD, "<things>": THINGS, "<now>": NOW}
