"""The words of the danger net, to be read and changed by people of the desk.

A term fires when one of `words` stands in a sentence and, within `reach` characters of it, one word of each `near`
list and one of `before`, and nothing of `unless` in the sentence. `whatever_else` terms fire in news and past too:
they are what people say of themselves. In a long text `alarm_only` terms count only in a short sentence or with a word of
now: alarms are short, complaints are not.
"""

from shared.kernel.facts import value

Words = tuple[str, ...]


@value
class Term:
    kind: str
    words: Words
    near: tuple[Words, ...] = ()
    before: Words = ()
    unless: Words = ()
    reach: int = 12
    whatever_else: bool = False
    alarm_only: bool = False


SENTENCE_REACH = 45

LONG_TEXT = 200
SHORT_SENTENCE = 22

TRADITIONAL = "殺樓沒裡來媽爺鎖關電話騙轉賬帳戶燒災爆點煙兒孫親團圍開門槍"
SIMPLIFIED = "杀楼没里来妈爷锁关电话骗转账账户烧灾爆点烟儿孙亲团围开门枪"


def _words(text: str) -> Words:
    return tuple(text.split())


IDIOMS = _words("""
    自杀式优惠 自杀式降价 自杀式促销 跳楼价 跳楼机 跳楼大甩卖 跳楼甩卖 跳楼大促 想死心 想死你 想死我 不想活在 不想活成 跳河边
    信息爆炸 信息大爆炸 知识爆炸 知识大爆炸 道德绑架 情感绑架 绑架式 救命钱 救命稻草 救命药 救命恩人 杀价 扼杀 抹杀 杀鸡
    看着火车 着火车 打架子鼓 打的士 打斗地主 被打造 被打通 被打破 被打折 被打断 被打回 被打包 被打扫 被打上 正在打造 正在打通
    正在打印 正在打桩 正在打地基 正在打井 正在打官司 正在打折 人气爆炸 数量爆炸 性侵占 泄漏个人信息 防走失 防自杀
    说我想死 让人想死 动刀叉 起火灾 挑起火 一起火 说起火车 三上吊 大爆炸式
""")

DENIALS = _words("没有 并无 未曾 并未 不是 不会 从不 从未 没 未 别 绝不 无")

PREVENTION = _words("防止 预防 避免 谨防 以免 防范 杜绝 防 免得 反 凡是 切勿 不要向 一律 如何防")

STORY = _words("""
    新闻 报道 报纸 电影 电视剧 小说 视频说 故事 情节 案例 历史 听说 网上说 网传 演练 演习 模拟 讲座 课堂 宣传 培训 手册 口号
    建议 希望 盼望 万一 一旦 假如 假设 隐患 容易 可能会 经常 时常 多次 每次 有时 有些 以前 从前 当年 曾 前年 去年 往年 上个月 上周
    那年 年前 那次 当时 后来 前段时间 已判 判刑 判决 刑满 申请执行 应该多 什么时候能 随时 如果 难道 非得 非要等 真的要等 要不是
    为什么 可能导致 身亡 现象 事件 问题 时间最长 入院 住院 鉴定 调查
""")

OVER = _words(
    "找到了 找回 送回 送回家 已获救 获救了 救出来了 脱险 已扑灭 扑灭了 平安无事 已经没事 虚惊一场 不轻信 不听不信 都是骗子 都是诈骗"
)

NOW_FOR_SURE = _words("正在 此刻 现在 救命 快来 快救 至今 到现在")

NOW = _words("正在 正要 此刻 这会 现在 救命 快来 赶紧 赶快 马上 立刻 立即派 还在 刚刚 刚才 今晚 快救 出不来")

PERSON = _words("""
    老人 老头 老太 大爷 大妈 大娘 奶奶 爷爷 姥姥 姥爷 外公 外婆 父亲 母亲 爸 妈 爹 娘 孩子 小孩 儿子 女儿 闺女 姑娘 男孩 女孩 娃
    丈夫 老公 老婆 老伴 妻子 媳妇 弟 妹 哥 姐 侄 孙 外甥 家人 亲人 朋友 同学 工友 邻居 老爷子 学生 婴儿 宝宝
    有人 个人 我们 我 俺 他 她 男的 女的 男子 女子 孕妇 人员 业主 路人 司机
""")

KIN = _words("""
    老人 老头 老太 大爷 大妈 大娘 奶奶 爷爷 姥姥 姥爷 外公 外婆 父亲 母亲 爸 妈 爹 娘 孩子 小孩 儿子 女儿 闺女 姑娘 男孩 女孩 娃
    丈夫 老公 老婆 老伴 妻子 媳妇 弟 妹 哥 姐 侄 孙 外甥 家人 亲人 朋友 同学 老爷子 学生 婴儿 宝宝 对象 室友 工友 婆婆 公公 岳父 岳母
    小姨 舅 姑 婶 伯 叔 嫂 病人
""")

CHILD = _words("""
    孩子 小孩 儿子 女儿 闺女 男孩 女孩 娃 学生 幼儿 宝宝 婴儿 侄女 侄子 外甥 孙女 孙子 未成年 初一 初二 初三 小学 幼儿园 班上 同学
    我儿 岁的
""")

THINGS = _words("""
    证 卡 存折 遗嘱 作业 车 快递 包裹 钱包 手机 户口 通知 钥匙 狗 猫 宠物 鸟 档案 材料 合同 手续 发票 牌子 手环 号码 注销 宣告 登记 领导 门牌 标线
    监控录像 物业人员 工作人员 开发商 公司 房东 老板 中介 商家 店家 负责人 老总 押金 定金 会员 退款 楼盘 烂尾 贷款 工程款 经理 厂家
""")

TERMS: tuple[Term, ...] = (
    # suicide: what somebody says of himself
    Term(
        "suicide",
        _words(
            "不想活 活着没意思 活够了 不如死了 死了算了 死了干净 一死了之 生无可恋 没法活了 不想再活 活腻 永别了 以死 死在你们 死在政府 一了百了 死给 同归于尽 结束生命 结束自己 离开这个世界 自鲨 想自杀 要自杀 要跳楼 想跳楼 要轻生"
        ),
        unless=_words("电影 小说 歌词 台词"),
        whatever_else=True,
    ),
    Term("suicide", _words("活不下去"), unless=_words("企业 店 生意 厂 公司 行业"), whatever_else=True),
    Term("suicide", _words("想死"), unless=_words("弄死 说你 说我 要你死"), whatever_else=True),
    Term("suicide", _words("遗书 绝笔"), near=(_words("写 留 发 看到 发现"),), whatever_else=True),
    Term(
        "suicide",
        _words("自杀 轻生 自尽 寻死 自残 割腕 上吊 跳楼 跳河 跳江 跳桥 跳水库 自焚 服毒"),
        unless=_words("倾向的 自杀率 吓人 能解决 队员 员工"),
    ),
    Term(
        "suicide",
        _words("农药 敌敌畏 百草枯 老鼠药"),
        near=(_words("喝了 喝下 喝农 喝敌 喝百 服了 吃了 吞"),),
        reach=5,
        unless=_words("残留 果"),
    ),
    Term("suicide", _words("安眠药"), near=(_words("一瓶 整瓶 吞 很多 一把 买了 囤"),)),
    Term(
        "suicide",
        _words("跳下去 往下跳 就跳 要跳"),
        near=(_words("楼 桥 河 江 塔吊 天台 窗 栏杆 井 崖"),),
        unless=_words("跳舞 跳绳 蹦极"),
    ),
    Term(
        "suicide",
        _words("煤气 汽油"),
        near=(_words("打开 点燃 点着 浇 泼 带着 提着 一起死 烧死"),),
        reach=8,
        unless=_words("价 味 泄"),
    ),
    Term(
        "suicide",
        _words("活着太累 活得太累 撑不下去 下辈子 来世 解脱"),
        near=(_words("死 药 走了 再见 对不起 别找 别拦 永远 一个人"),),
        whatever_else=True,
    ),
    Term(
        "suicide",
        _words("天台 楼顶 窗台 窗户外 阳台外 栏杆外 桥栏 桥边 铁轨 水库边 塔吊 楼沿"),
        near=(_words("跳 不下来 不肯下 想不开 要死 哭着 寻短"),),
        alarm_only=True,
        unless=_words("猫 舞 绳 蹦"),
    ),
    Term(
        "suicide", _words("药"), near=(_words("吃下去 吞了 吃了一整 吃了好多 吃了很多 灌下"),), reach=6, alarm_only=True
    ),
    Term(
        "suicide",
        _words("烧炭 想不开 寻短见 割脉 划手腕 割手腕 撞墙自"),
        near=(PERSON,),
        unless=_words("多出来 何必 别想不开"),
        alarm_only=True,
    ),
    # missing
    Term(
        "missing",
        _words("走失 走丢 离家出走 走散 拐走 拐跑"),
        near=(PERSON,),
        reach=14,
        unless=_words("狗 猫 宠物 鸟 材料 登记 注销 手环 牌子 户口"),
    ),
    Term(
        "missing",
        _words("不见了 找不到了 找不着 没找着 没找到 失踪 失联 没影 没音信 没音讯 没消息 下落不明 联系不上"),
        before=KIN,
        unless=THINGS,
        reach=14,
    ),
    Term(
        "missing",
        _words("没回来 没回家 未归 没有回家 没有回来"),
        before=KIN,
        unless=(*THINGS, "过年", "上班", "打工"),
        reach=20,
    ),
    Term(
        "missing",
        _words("迷路 找不着家 找不到家 说不清家 说不清住"),
        near=(_words("老人 老头 老太 大爷 大妈 大娘 奶奶 爷爷 孩子 小孩 男孩 女孩 娃 老爷子"),),
        reach=20,
        unless=("标识", "指示牌", "路牌"),
    ),
    Term(
        "child_harm",
        _words("抱走 抢走"),
        near=(_words("孩子 小孩 婴儿 宝宝 娃 男孩 女孩"),),
        unless=_words("前夫 法院 抚养"),
    ),
    Term(
        "missing",
        _words(
            "一夜没回 一晚没回 一宿没回 没回来 溜出去 跑出去 偷跑 出走 不知去向 不知道去哪 人不在 电话不通 打不通 关机 找遍"
        ),
        near=(KIN, _words("没找到 没找着 找不到 没回 没影 联系不上 不通 关机 两天 三天 小时 担心 定位 到现在 一夜")),
        unless=THINGS,
        reach=22,
        alarm_only=True,
    ),
    Term(
        "missing",
        _words("捡到 路边 门口 站着 坐着 一个人"),
        near=(
            _words("小女孩 小男孩 小孩 孩子 老太太 老大爷 老人 娃"),
            _words("不知道叫 叫啥 说不清 说不出 不记得家 不认识 找妈妈 找爸爸 家在哪 一直哭"),
        ),
        reach=24,
        alarm_only=True,
    ),
    # violence
    Term(
        "violence_now",
        _words("刀 斧 枪"),
        before=_words("拿 持 举 提 掏 挥 动"),
        reach=5,
        unless=_words("刀闸 动刀叉 拿来 手术 刀具店 水枪 枪击 枪战 充电枪 加油枪 提枪 剪刀 刀片 假枪"),
    ),
    Term(
        "violence_now", _words("钢管 铁棍 木棍 砍刀 砖头 棒球棍"), near=(_words("拿着 手持 提着 举着 打起来 打人 追"),)
    ),
    Term(
        "violence_now",
        _words(
            "砍我 砍人 要砍 捅人 捅了 杀人了 要杀 杀了我 杀了她 杀了他 杀我 弄死 打死我 打死她 打死他 往死里打 杀你"
        ),
        near=(PERSON,),
    ),
    Term(
        "violence_now",
        _words("正在打 正在被打 在打人 在打我 打起来了 打群架 打老婆 打我妈 打我爸 围殴 殴打"),
        near=((*NOW, "打起来", "打群架"),),
        reach=20,
    ),
    Term(
        "violence_now", _words("掐我 掐着我 掐脖子 勒我 勒着我 按在地上 在砸门 砸门 撬我家 撬门 踹门 破门而入 冲进家")
    ),
    Term(
        "violence_now",
        _words("救命"),
        near=(_words("打 砍 杀 追 喊 叫 快 抢 绑"),),
        reach=20,
        unless=_words("救命钱 救命药"),
    ),
    Term("violence_now", _words("堵我 堵在我 追着我 跟着我 跟踪我"), near=(_words("刀 不敢 打 杀 怕 救"),), reach=20),
    Term(
        "violence_now",
        _words("绑架"),
        near=(PERSON,),
        before=_words("被 有人 把"),
        reach=8,
        unless=_words("觉得 感觉 资本 业主"),
    ),
    Term(
        "violence_now",
        _words("别打了 要打死人 快打死 拼命打 揍 扇耳光 劈 捅 砍"),
        near=(PERSON, _words("快 正 又 喊 要 按 举 一直 还在 现在 流血 满脸")),
        reach=14,
        alarm_only=True,
        unless=_words("柴 树 竹 捅娄子 砍价 劈叉 砍树 砍青 砍伐 大砍 乱砍 窟窿 捅破"),
    ),
    Term(
        "violence_now",
        _words("打架"),
        near=(_words("快 正 还在 按 一群 好多人 几个人 有人 现在 流血 路口"),),
        alarm_only=True,
        unless=_words("跟打架 像打架 孩子打架 经常打架 纠纷"),
    ),
    Term(
        "violence_now",
        _words("砸店 店砸 家砸 砸了 在砸 砸车 砸我 闹事 泼汽油 堵门"),
        near=(_words("还没走 没走 正 现在 快来 不敢 还在 拿着"),),
        alarm_only=True,
        reach=16,
    ),
    Term(
        "violence_now",
        _words("抢劫 抢包 抢我 被抢 入室 翻窗 小偷 尾随我 拖上车 拉上车 拽上车 绑走"),
        near=((*NOW, "快", "屋里", "往", "跑了", "不敢", "害怕"),),
        alarm_only=True,
    ),
    # trapped
    Term(
        "trapped",
        _words("被困 困在 卡在 反锁在"),
        near=(_words("我 俺 人 孩 老 他 她 孕妇 娃"),),
        unless=_words("档案 车被困 猫 狗 瓶颈 业务 流程 系统 山里没有路"),
    ),
    Term("trapped", _words("电梯"), near=(_words("困了 卡在 关在 停在半 掉下"),), reach=6),
    Term(
        "trapped",
        _words("软禁 非法拘禁 锁在 关在 控制在 限制人身自由"),
        near=(_words("我 俺 人 她 他 孩"), (*NOW, "不让", "传销", "没电", "起来")),
        reach=16,
        unless=_words("档案 门锁 像被"),
    ),
    Term(
        "trapped",
        _words("掉河里 掉水里 掉井里 掉进河 掉进水 掉进井 落水 溺水 掉下水 掉坑里 掉沟里 翻沟里 卡里面"),
        unless=("护栏", "栏杆"),
    ),
    Term(
        "trapped",
        _words("下不来 出不来 下不了山"),
        near=(_words("山 水 洞 屋顶 楼顶 井 人卡 迷路"),),
        unless=_words("猫 狗 证"),
    ),
    Term("trapped", _words("传销窝点 传销组织"), near=(_words("我被 关 困 骗进 逃 出不"),)),
    Term(
        "trapped",
        _words("不让出门 不让走 不让离开 不放人 逃不出 关起来 不让回家"),
        near=(_words("看着 手机 身份证 骗到 传销 锁 打 收走 人多 我"),),
        unless=_words("隔离 疫情 停车"),
        alarm_only=True,
        reach=20,
    ),
    Term(
        "trapped",
        _words("门打不开 漫到 淹到 被埋 埋在 塌了 压住了 夹住了 卡住了 被夹 滑下去 摔下去 掉下去 坠"),
        near=(_words("水 人 我 俺 孩 手 头 脚 车里 里面 老"),),
        unless=_words("坠物 吊塔 隐患 锁芯 路面 坠胀"),
        alarm_only=True,
        reach=14,
    ),
    # fire, gas, explosion
    Term(
        "fire",
        _words("着火 起火 失火 着大火 烧起来 冒浓烟 浓烟 冒烟"),
        unless=_words(
            "烟花 烟囱 油烟 排烟 烟道 烧烤 熏 谁负责 消防车 电线乱拉 堵 怎么逃 事故 原因 赔 再次 更隐蔽 排放 污染 又一个 昨天 昨日 前几天 近期 最近 灭火器 性能 危险 风险 导致 引起 引发 造成"
        ),
        alarm_only=True,
    ),
    Term(
        "fire",
        _words("煤气 燃气 天然气 液化气 氨气 毒气"),
        near=(_words("泄漏 泄露 漏气 漏了"),),
        reach=6,
        unless=_words("风险 危险 未密封 担心 怕"),
        alarm_only=True,
    ),
    Term(
        "fire",
        _words("爆炸"),
        near=(_words("了 刚 快 罐 爆炸声 受伤"),),
        reach=5,
        unless=_words("风险 危险 会 信息 爆炸性 不定时 随时 定时 如同 好像"),
        alarm_only=True,
    ),
    Term("fire", _words("油罐车 槽罐车 危化品"), near=(_words("漏 翻 撞"),), reach=6, alarm_only=True),
    Term(
        "fire",
        _words("火苗 窜火 火势 火光 冒火 自燃 灭不了 灭不下 炸了"),
        near=(_words("了 很大 灭 窜 快 家 车 楼 厨房 房"),),
        alarm_only=True,
        unless=_words("冒火的 气炸 炸了锅 眼里冒火"),
    ),
    Term(
        "fire",
        _words("汽油味 煤气味 燃气味 天然气味 臭鸡蛋味 地上全是油"),
        near=(_words("浓 重 大 满 全是 头晕 楼道 屋 闻"),),
        alarm_only=True,
        reach=16,
    ),
    # harm to a child: suspicion is enough, yesterday counts as today
    Term(
        "child_harm", _words("猥亵 性侵 强奸 摸下身 摸了下身 摸下体 摸了下体 脱衣服 摸她 诱奸"), near=(CHILD,), reach=20
    ),
    Term(
        "child_harm",
        _words("欺负 怀孕"),
        near=(_words("侄女 女儿 闺女 女孩 孙女 外甥女"), _words("岁 初一 初二 初三 小学 被")),
        reach=16,
        unless=_words("生育 准生 二胎 产假 周"),
    ),
    Term(
        "child_harm",
        _words("打孩子 虐待 毒打 用针扎 针扎 围着打 皮带抽 烟头烫 逼我脱 逼我下跪"),
        near=(CHILD,),
        reach=20,
    ),
    Term("child_harm", _words("小孩惨叫 孩子惨叫 孩子哭喊 小孩哭喊")),
    Term(
        "child_harm",
        _words(
            "亲她 亲我女儿 摸我 裸照 光屁股拍 扇耳光 打耳光 单独留下 脱裤子 堵在宿舍 堵在厕所 群殴 霸凌 欺凌 不给饭吃 拴着"
        ),
        near=((*CHILD, "老师", "宿舍", "录视频"), _words("我 她 他 同学 老师 被 还")),
        reach=18,
        alarm_only=True,
        unless=_words("预防 讲座 专项 治理 宣传"),
    ),
    Term(
        "child_harm",
        _words("被打 被同学 被老师"),
        near=(CHILD, _words("打 踢 摸 伤 不敢上学 骨折 流血 脱")),
        reach=14,
        alarm_only=True,
    ),
    # fraud that can still be stopped
    Term(
        "fraud_now",
        _words("安全账户"),
        near=(_words("让我 叫我 要我 让她 让他 我妈 我爸 转到 转进"),),
        unless=_words("凡是 都是 谨防 切勿"),
        reach=20,
    ),
    Term(
        "fraud_now",
        _words("转账 汇款 汇钱 打钱 转钱"),
        near=(_words("骗子 诈骗 公安局 民警 冒充 通缉 洗钱"), (*NOW, "非要", "谁劝", "拦不住", "执意")),
        reach=22,
    ),
    Term(
        "fraud_now",
        _words("被骗 被骗子 诈骗 骗走"),
        near=(_words("刚刚 刚才 刚转 止付 冻结 还来得及 正在转"),),
        reach=16,
        unless=_words("分子 受害人"),
    ),
    Term("fraud_now", _words("屏幕共享 共享屏幕"), near=(_words("让我 叫我 要我 开了 我开 我妈 我爸"),)),
    Term("fraud_now", _words("验证码"), near=(_words("转走 告诉他 告诉对方 给了对方 给他了 扣了"),), reach=20),
    Term(
        "fraud_now",
        _words("刷单 骗子"),
        near=(_words("再打 再转 继续 还在 垫了 转给他 提现"),),
        reach=25,
        unless=_words("案件 立案"),
    ),
    Term(
        "fraud_now",
        _words("自称 冒充"),
        near=(
            _words("检察 公安 警察 法院 客服 领导 老师 银行 军人"),
            _words("转 汇 打过去 存款 验证码 下载 贷款 开房 保密 银行卡"),
        ),
        unless=_words("案件 立案 打击"),
        reach=30,
        alarm_only=True,
    ),
    Term(
        "fraud_now",
        _words("汇 转账 打款 转出去 取钱"),
        near=(_words("网上 对方 客服 直播间 理财 陌生人 网友 网恋"), _words("这会 正在 柜台 非要 马上 刚刚 劝不住 催")),
        reach=26,
        alarm_only=True,
        unless=_words("汇报 汇总 汇集 汇景"),
    ),
    Term(
        "fraud_now",
        _words("解冻费 保证金 激活费 注销校园贷 百万保障 刷流水"),
        near=(_words("让我 叫我 要我 再交 再转 再打"),),
        reach=16,
        alarm_only=True,
        unless=_words("租 押 农民工 招标 装修 商户 物业"),
    ),
    # illness and accidents
    Term(
        "medical",
        _words(
            "没有呼吸 没呼吸 没了呼吸 没有心跳 叫不醒 昏过去 昏倒 晕倒 昏迷 休克 触电 大出血 流了好多血 抽搐 口吐白沫 中毒了"
        ),
        near=(PERSON,),
        reach=20,
        unless=_words("官方 医保 报销 住院 抢救 污染 气味"),
        alarm_only=True,
    ),
    Term("medical", _words("压在车底 压在车下 撞飞 躺地上不动 倒地不起 躺在地上不动"), alarm_only=True),
    Term("medical", _words("没开门 不应声"), near=(_words("独居 老人 邻居"),), reach=12, alarm_only=True),
    Term(
        "medical",
        _words(
            "胸口疼 胸口痛 心口疼 喘不上气 喘不过气 呼吸困难 脸发紫 吐血 吐白沫 口吐 不省人事 没意识 没有意识 叫不应 叫不醒 快不行了 快没气 羊水破 噎住 摔下来 被车撞 被撞 昏迷不醒"
        ),
        near=(PERSON, _words("快 不动 脸 血 疼 爬不起 没人 120 一个 突然 现在 刚 里 了")),
        reach=20,
        alarm_only=True,
        unless=_words("噪音 压力 气味 污染 异味 臭味 房价 还贷 作业 鉴定"),
    ),
    Term("medical", _words("要生了 羊水"), near=(_words("媳妇 老婆 孕妇 我 堵"),), alarm_only=True),
)
