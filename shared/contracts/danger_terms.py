"""The terms of the danger net as a table, to be read and changed by people of the desk.

A term fires when one of its words stands in a sentence and, within reach (12 characters unless it says otherwise),
one word of each `near` line and one of `before`, and none of `unless`; `or` goes on with the line above. `<names>` are
lists of `danger_words`. `whatever else`: fires in news and past too, it is what people say of themselves. `alarm only`:
in a long text it counts only in a short sentence or with a word of now, for alarms are short and complaints are not.
"""

from collections.abc import Iterator

from shared.contracts.danger_words import NAMED, Words
from shared.kernel.facts import value

USUAL_REACH = 12
SENTENCE_REACH = 45
LONG_TEXT = 200
SHORT_SENTENCE = 22


@value
class Term:
    kind: str
    words: Words
    near: tuple[Words, ...]
    before: Words
    unless: Words
    reach: int
    whatever_else: bool
    alarm_only: bool


TABLE = """
suicide, whatever else
  不想活 活着没意思 活够了 不如死了 死了算了 死了干净 一死了之 生无可恋 没法活了 不想再活 活腻 永别了 以死 死在你们
  死在政府 一了百了 死给 同归于尽 结束生命 结束自己 离开这个世界 自鲨 想自杀 要自杀 要跳楼 想跳楼 要轻生
  unless 电影 小说 歌词 台词
suicide, whatever else
  活不下去
  unless 企业 店 生意 厂 公司 行业
suicide, whatever else
  想死
  unless 弄死 说你 说我 要你死
suicide, whatever else
  遗书 绝笔
  near 写 留 发 看到 发现
suicide
  自杀 轻生 自尽 寻死 自残 割腕 上吊 跳楼 跳河 跳江 跳桥 跳水库 自焚 服毒
  unless 倾向的 自杀率 吓人 能解决 队员 员工
suicide, within 5
  农药 敌敌畏 百草枯 老鼠药
  near 喝了 喝下 喝农 喝敌 喝百 服了 吃了 吞
  unless 残留 果
suicide
  安眠药
  near 一瓶 整瓶 吞 很多 一把 买了 囤
suicide
  跳下去 往下跳 就跳 要跳
  near 楼 桥 河 江 塔吊 天台 窗 栏杆 井 崖
  unless 跳舞 跳绳 蹦极
suicide, within 8
  煤气 汽油
  near 打开 点燃 点着 浇 泼 带着 提着 一起死 烧死
  unless 价 味 泄
suicide, whatever else
  活着太累 活得太累 撑不下去 下辈子 来世 解脱
  near 死 药 走了 再见 对不起 别找 别拦 永远 一个人
suicide, alarm only
  天台 楼顶 窗台 窗户外 阳台外 栏杆外 桥栏 桥边 铁轨 水库边 塔吊 楼沿
  near 跳 不下来 不肯下 想不开 要死 哭着 寻短
  unless 猫 舞 绳 蹦 信号 得要死
suicide, alarm only, within 6
  药
  near 吃下去 吞了 吃了一整 吃了好多 吃了很多 灌下
suicide, alarm only
  烧炭 想不开 寻短见 割脉 划手腕 割手腕 撞墙自
  near <person>
  unless 多出来 何必 别想不开
missing, within 14
  走失 走丢 离家出走 走散 拐走 拐跑
  near <person>
  unless 狗 猫 羊 牛 宠物 鸟 材料 登记 注销 手环 牌子 户口
missing, within 14
  不见了 找不到了 找不着 没找着 没找到 失踪 失联 没影 没音信 没音讯 没消息 下落不明 联系不上
  before <kin>
  unless <things>
missing, within 20
  没回来 没回家 未归 没有回家 没有回来
  before <kin>
  unless <things> 过年 上班 打工 嫁
missing, within 20
  迷路 找不着家 找不到家 说不清家 说不清住
  near 老人 老头 老太 大爷 大妈 大娘 奶奶 爷爷 孩子 小孩 男孩 女孩 娃 老爷子
  unless 标识 指示牌 路牌
child_harm
  抱走 抢走
  near 孩子 小孩 婴儿 宝宝 娃 男孩 女孩
  unless 前夫 法院 抚养
missing, alarm only, within 22
  一夜没回 一晚没回 一宿没回 没回来 溜出去 跑出去 偷跑 出走 不知去向 不知道去哪 人不在 电话不通 打不通 关机 找遍
  near <kin>
  near 没找到 没找着 找不到 没回 没影 联系不上 不通 关机 两天 三天 小时 担心 定位 到现在 一夜
  unless <things>
missing, alarm only, within 24
  捡到 路边 门口 站着 坐着 一个人
  near 小女孩 小男孩 小孩 孩子 老太太 老大爷 老人 娃
  near 不知道叫 叫啥 说不清 说不出 不记得家 不认识 找妈妈 找爸爸 家在哪 一直哭
violence_now, within 5
  刀 斧 枪
  before 拿 持 举 提 掏 挥 动
  unless 刀闸 动刀叉 拿来 手术 刀具店 水枪 枪击 枪战 充电枪 加油枪 提枪 剪刀 刀片 假枪
violence_now
  钢管 铁棍 木棍 砍刀 砖头 棒球棍
  near 拿着 手持 提着 举着 打起来 打人 追
violence_now
  砍我 砍人 要砍 捅人 捅了 杀人了 要杀 杀了我 杀了她 杀了他 杀我 弄死 打死我 打死她 打死他 往死里打 杀你
  near <person>
violence_now, within 20
  正在打 正在被打 在打人 在打我 打起来了 打群架 打老婆 打我妈 打我爸 围殴 殴打
  near <now> 打起来 打群架
violence_now
  掐我 掐着我 掐脖子 勒我 勒着我 按在地上 在砸门 砸门 撬我家 撬门 踹门 破门而入 冲进家
violence_now, within 20
  救命
  near 打 砍 杀 追 喊 叫 快 抢 绑
  unless 救命钱 救命药
violence_now, within 20
  堵我 堵在我 追着我 跟着我 跟踪我
  near 刀 不敢 打 杀 怕 救
violence_now, within 8
  绑架
  near <person>
  before 被 有人 把
  unless 觉得 感觉 资本 业主
violence_now, alarm only, within 14
  别打了 要打死人 快打死 拼命打 揍 扇耳光 劈 捅 砍
  near <person>
  near 快 正 又 喊 要 按 举 一直 还在 现在 流血 满脸
  unless 柴 树 竹 捅娄子 砍价 劈叉 砍树 砍青 砍伐 大砍 乱砍 窟窿 捅破
violence_now, alarm only
  打架
  near 快 正 还在 按 一群 好多人 几个人 有人 现在 流血 路口
  unless 跟打架 像打架 孩子打架 经常打架 纠纷
violence_now, alarm only, within 16
  砸店 店砸 家砸 砸了 在砸 砸车 砸我 闹事 泼汽油 堵门
  near 还没走 没走 正 现在 快来 不敢 还在 拿着
violence_now, alarm only
  抢劫 抢包 抢我 被抢 入室 翻窗 小偷 尾随我 拖上车 拉上车 拽上车 绑走
  near <now> 快 屋里 往 跑了 不敢 害怕
trapped
  被困 困在 卡在 反锁在
  near 我 俺 人 孩 老 他 她 孕妇 娃
  unless 档案 车被困 猫 狗 瓶颈 业务 流程 系统 山里没有路
trapped, within 6
  电梯
  near 困了 卡在 关在 停在半 掉下
trapped, within 16
  软禁 非法拘禁 锁在 关在 控制在 限制人身自由
  near 我 俺 人 她 他 孩
  near <now> 不让 传销 没电 起来
  unless 档案 门锁 像被
trapped
  掉河里 掉水里 掉井里 掉进河 掉进水 掉进井 落水 溺水 掉下水 掉坑里 掉沟里 翻沟里 卡里面
  unless 护栏 栏杆 手机掉 钥匙掉 围挡 出院
trapped
  下不来 出不来 下不了山
  near 山 水 洞 屋顶 楼顶 井 人卡 迷路
  unless 猫 狗 证
trapped
  传销窝点 传销组织
  near 我被 关 困 骗进 逃 出不
trapped, alarm only, within 20
  不让出门 不让走 不让离开 不放人 逃不出 关起来 不让回家
  near 看着 手机 身份证 骗到 传销 锁 打 收走 人多 我
  unless 隔离 疫情 停车
trapped, alarm only, within 14
  门打不开 漫到 淹到 被埋 埋在 塌了 压住了 夹住了 卡住了 被夹 滑下去 摔下去 掉下去 坠
  near 水 人 我 俺 孩 手 头 脚 车里 里面 老
  unless 坠物 吊塔 隐患 锁芯 路面 坠胀
fire, alarm only
  着火 起火 失火 着大火 烧起来 冒浓烟 浓烟 冒烟
  unless 烟花 烟囱 油烟 排烟 烟道 烧烤 熏 谁负责 消防车 电线乱拉 堵 怎么逃 事故 原因 赔 再次 更隐蔽 排放 污染 又一个
  or 昨天 昨日 前几天 近期 最近 灭火器 性能 危险 风险 导致 引起 引发 造成
fire, alarm only, within 6
  煤气 燃气 天然气 液化气 氨气 毒气
  near 泄漏 泄露 漏气 漏了
  unless 风险 危险 未密封 担心 怕
fire, alarm only, within 5
  爆炸
  near 了 刚 快 罐 爆炸声 受伤
  unless 风险 危险 会 信息 爆炸性 不定时 随时 定时 如同 好像
fire, alarm only, within 6
  油罐车 槽罐车 危化品
  near 漏 翻 撞
fire, alarm only
  火苗 窜火 火势 火光 冒火 自燃 灭不了 灭不下 炸了
  near 了 很大 灭 窜 快 家 车 楼 厨房 房
  unless 冒火的 气炸 炸了锅 眼里冒火
fire, alarm only, within 16
  汽油味 煤气味 燃气味 天然气味 臭鸡蛋味 地上全是油
  near 浓 重 大 满 全是 头晕 楼道 屋 闻
child_harm, within 20
  猥亵 性侵 强奸 摸下身 摸了下身 摸下体 摸了下体 脱衣服 摸她 诱奸
  near <child>
child_harm, within 16
  欺负 怀孕
  near 侄女 女儿 闺女 女孩 孙女 外甥女
  near 岁 初一 初二 初三 小学 被
  unless 生育 准生 二胎 产假 周
child_harm, within 20
  打孩子 虐待 毒打 用针扎 针扎 围着打 皮带抽 烟头烫 逼我脱 逼我下跪
  near <child>
child_harm, within 14
  打得身上 打得浑身 打得全身 打得遍体 打得鼻青 打得满身 打得到处是伤
  near <child>
child_harm
  小孩惨叫 孩子惨叫 孩子哭喊 小孩哭喊
child_harm, alarm only, within 18
  亲她 亲我女儿 摸我 裸照 光屁股拍 扇耳光 打耳光 单独留下 脱裤子 堵在宿舍 堵在厕所 群殴 霸凌 欺凌 不给饭吃 拴着
  near <child> 老师 宿舍 录视频
  near 我 她 他 同学 老师 被 还
  unless 预防 讲座 专项 治理 宣传
child_harm, alarm only, within 14
  被打 被同学 被老师
  near <child>
  near 打 踢 摸 伤 不敢上学 骨折 流血 脱
fraud_now, within 20
  安全账户
  near 让我 叫我 要我 让她 让他 我妈 我爸 转到 转进
  unless 凡是 都是 谨防 切勿
fraud_now, within 22
  转账 汇款 汇钱 打钱 转钱
  near 骗子 诈骗 公安局 民警 冒充 通缉 洗钱
  near <now> 非要 谁劝 拦不住 执意
fraud_now, within 16
  被骗 被骗子 诈骗 骗走
  near 刚刚 刚才 刚转 止付 冻结 还来得及 正在转 正在遭受 正在被 正受
  unless 分子 受害人
fraud_now
  屏幕共享 共享屏幕
  near 让我 叫我 要我 开了 我开 我妈 我爸
fraud_now, within 20
  验证码
  near 转走 告诉他 告诉对方 给了对方 给他了 扣了
fraud_now, within 25
  刷单 骗子
  near 再打 再转 继续 还在 垫了 转给他 提现
  unless 案件 立案
fraud_now, alarm only, within 30
  自称 冒充
  near 检察 公安 警察 法院 客服 领导 老师 银行 军人
  near 转 汇 打过去 存款 验证码 下载 贷款 开房 保密 银行卡
  unless 案件 立案 打击
fraud_now, alarm only, within 26
  汇 转账 打款 转出去 取钱
  near 网上 对方 客服 直播间 理财 陌生人 网友 网恋
  near 这会 正在 柜台 非要 马上 刚刚 劝不住 催
  unless 汇报 汇总 汇集 汇景
fraud_now, alarm only, within 16
  解冻费 保证金 激活费 注销校园贷 百万保障 刷流水
  near 让我 叫我 要我 再交 再转 再打
  unless 租 押 农民工 招标 装修 商户 物业
medical, alarm only, within 20
  没有呼吸 没呼吸 没了呼吸 没有心跳 叫不醒 昏过去 昏倒 晕倒 昏迷 休克 触电 大出血 流了好多血 抽搐 口吐白沫 中毒了
  near <person>
  unless 官方 医保 报销 住院 抢救 污染 气味
medical, alarm only
  压在车底 压在车下 撞飞 躺地上不动 倒地不起 躺在地上不动
medical, alarm only
  没开门 不应声
  near 独居 老人 邻居
medical, alarm only, within 20
  胸口疼 胸口痛 心口疼 喘不上气 喘不过气 呼吸困难 脸发紫 吐血 吐白沫 口吐 不省人事 没意识 没有意识 叫不应 叫不醒
  快不行了 快没气 羊水破 噎住 摔下来 被车撞 被撞 昏迷不醒
  near <person>
  near 快 不动 脸 血 疼 爬不起 没人 120 一个 突然 现在 刚 里 了
  unless 噪音 压力 气味 污染 异味 臭味 房价 还贷 作业 鉴定
medical, alarm only
  要生了 羊水
  near 媳妇 老婆 孕妇 我 堵
"""


def _terms(table: str) -> Iterator[Term]:
    heading, lines = "", list[str]()
    for line in [*table.strip().split("\n"), "end"]:
        if line.startswith(" "):
            lines.append(line)
            continue
        if heading:
            yield _term(heading, lines)
        heading, lines = line, []


def _term(heading: str, lines: list[str]) -> Term:
    kind, *options = heading.split(", ")
    parts: dict[str, list[Words]] = {"words": [], "near": [], "before": [], "unless": []}
    last = "words"
    for line in lines:
        first, *others = line.split()
        if first == "or":
            parts[last][-1] += _spelt_out(others)
            continue
        last = first if first in parts else "words"
        parts[last].append(_spelt_out(others if last == first else [first, *others]))
    return Term(
        kind=kind,
        words=_joined(parts["words"]),
        near=tuple(parts["near"]),
        before=_joined(parts["before"]),
        unless=_joined(parts["unless"]),
        reach=next((int(option.split()[1]) for option in options if option.startswith("within ")), USUAL_REACH),
        whatever_else="whatever else" in options,
        alarm_only="alarm only" in options,
    )


def _spelt_out(words: list[str]) -> Words:
    return _joined([NAMED.get(word, (word,)) for word in words])


def _joined(parts: list[Words]) -> Words:
    return tuple(word for part in parts for word in part)


TERMS: tuple[Term, ...] = tuple(_terms(TABLE))
