"""Words that mean the same to the desk, each group one feature of the judgement; some of them also decide flags.

The model file carries the digest of these groups: change a word, train again.
"""

import hashlib
from collections.abc import Mapping

from shared.contracts.codes import Flag

_TABLE = """
police: 派出所 民警 警察 公安 报警 出警 110 辅警 警方 巡警
police_conduct: 不作为 不出警 不立案 推诿 偏袒 包庇 警察打人 态度恶劣 执法不公 乱罚款 钓鱼执法 违规执法 处警
   办案民警 督察 保护伞 警黑
traffic_police: 交警 罚单 扣分 抓拍 电子眼 违章 交通违法 罚款
case_stalled: 立案 侦查 破案 案件进展 案子 经侦 受案 回执 涉案
fraud: 诈骗 骗局 骗钱 被骗 骗子 骗取 套路贷 传销 非法集资 集资 庞氏 跑路 卷款 携款
fraud_running: 正在转账 止付 安全账户 屏幕共享 验证码 刷单 冒充 劝阻 汇款 假警察 网恋 解冻金 转钱
p2p: 平台 爆雷 理财 投资款 本金 兑付 出借人 投资人 p2p 非吸 受害人 难民
gambling: 赌博 赌场 麻将 打牌 棋牌 牌馆 开设赌
vice: 卖淫 嫖 色情 吸毒 毒品 贩毒 按摩店 会所 失足
gang: 黑恶 涉黑 恶势力 黑社会 村霸 恶霸 打黑 扫黑 地头蛇
theft: 被盗 盗窃 偷盗 被偷 小偷 偷走 失窃
beating: 殴打 打人 被打 打伤 轻伤 轻微伤 砍伤 伤情 行凶 持刀 群殴 暴力
threat: 威胁 恐吓 扬言 报复 骚扰 泼油漆 上门闹 弄死 人身安全
noise_life: 噪音 噪声 扰民 广场舞 音响 喇叭 ktv 唱歌 酒吧 夜宵 吵 分贝 音乐
noise_works: 施工 工地 夜间施工 打桩 搅拌站 装修 混凝土
dogs: 遛狗 养狗 狗 犬 咬伤 牵绳 流浪狗
fireworks: 烟花 鞭炮 爆竹 燃放
thrown: 高空抛物 抛物 扔下
parking: 停车 违停 乱停 停车位 车位 占道停 僵尸车 停车场 停车费
traffic_order: 红绿灯 信号灯 斑马线 人行横道 标线 闯红灯 逆行 限速 掉头 左转 右转 拥堵 堵车 交通 路口 护栏 隔离栏
big_trucks: 渣土车 大货车 超载 货车 撒漏 超限 砂石车 工程车
racing: 飙车 炸街 摩托 改装车 非法营运 黑车 三轮 电动车 摩的 网约车 出租车 打表 的士
stalls: 占道 摊 摊贩 流动 城管 夜市 烧烤 小贩 马路市场 店外
fire_lane: 消防通道 消防车通道 消防 灭火 安全通道
id_card: 身份证 户口 落户 户籍 户口本 迁移 迁入 上户 居住证 护照 门牌 无犯罪 改名 派出所户籍 暂住
driving: 驾驶证 驾照 行驶证 车管所 上牌 年检 年审 驾考 驾校 过户 换证 科目
asking: 咨询 请问 如何 怎么办理 是否可以 能不能 什么时候 需要什么 想问 何时 哪些 流程 材料 ?
stuck: 不给办 办不了 办不下来 不受理 被拒 刁难 跑了 不通过 卡住 退回
property_mgmt: 物业 业委会 业主 物业费 维修基金 公摊 电梯 小区
developer: 开发商 楼盘 交房 延期 购房 房产证 烂尾 认筹 捆绑 精装 收房 质量 售楼 定金 退房 预售 网签
consumer: 退款 退费 消费 会员 健身 商家 维权 欺诈 虚假宣传 质量问题 售后 套餐 押金 定金 美容 预付
training: 培训 培训机构 教育机构 学费 辅导班 补课 早教
loan: 贷款 借款 借贷 欠款 欠条 银行 信用卡 利息 催收 高利贷 网贷 保险 理赔
wages: 工资 欠薪 拖欠工资 农民工 血汗钱 工钱 薪 劳务 讨薪 包工头
labour: 社保 公积金 劳动合同 辞退 仲裁 加班 工伤 单位 员工 五险
medical: 医院 医生 医疗 手术 医患 误诊 疫苗 病历 治疗
renting: 租房 房东 租金 租客 群租 房租 中介 转租 公寓
family: 离婚 抚养 家暴 老公 丈夫 妻子 赡养 继承 前夫 婚姻 儿媳 抚养费
neighbour: 邻居 楼上 楼下 漏水 隔壁 相邻 宅基地 地界 渗水
land: 征地 拆迁 征收 补偿 安置 土地 强拆 拆除 征收款 补偿款 拆迁户 承包地
village: 村民 村 组 村委 村干部 村支书 乡 镇 队
court: 法院 判决 起诉 诉讼 执行 强制执行 律师 法官 老赖 开庭 上诉 检察院
firm_voice: 我公司 我司 我厂 本公司 我单位 我们公司 我们企业 企业家 营商 我店 本企业 投资商 承建
obstruction: 阻工 堵门 堵路 强买强卖 拦车 施工受阻 阻挠
minor: 孩子 小孩 未成年 学生 儿子 女儿 小学生 中学生 幼儿 儿童 婴儿 岁女
minor_harm: 欺凌 霸凌 猥亵 虐待 体罚 性侵 校园暴力 打孩子 侵害 被同学
minor_venue: 网吧 文身 陪酒
elderly: 老人 老年 父亲 母亲 奶奶 爷爷 年迈 高龄 岁老 退休
ill: 残疾 重病 癌症 瘫痪 精神病 精神疾病 孕妇 怀孕 尿毒症 病危 昏迷 中风
poor: 低保 贫困 困难户 救助 五保 补助 特困 孤儿 流浪 帮扶
lost: 走失 走丢 失踪 失联 不见了 离家出走 联系不上 迷路 没回来
danger: 自杀 跳楼 不想活 轻生 拿刀 被困 着火 泄漏 救命 快来 昏倒 掉进 打起来
thanks: 感谢 谢谢你们 点赞 表扬 锦旗 暖心 致敬 好评 满意
slogan: 一律 不轻信 共建 平安家园 口号 都要记住 真不相信
school: 学校 招生 入学 学区 学位 上学 教师 老师 教育局 幼儿园 中学 小学 高考 中考 大学
utilities: 停水 停电 供水 供电 自来水 天然气 燃气 暖气 供暖 水压 电费 水费 宽带 路灯 信号
environment: 污染 异味 臭味 废气 垃圾 油烟 粉尘 污水 扬尘 养殖场 噪音污染 环保 焚烧 排放 臭
roads_build: 道路 修路 公路 马路 路面 坑 硬化 桥 地铁 规划 建设 绿化 公园 提质 改造 轻轨 高速
bus: 公交 公交车 班车 站台 线路 地铁站 巴士
policy: 政策 购房资格 限购 人才 补贴 公租房 保障房 医保 养老金 退休金 生育 社保局 社区
illegal_build: 违建 违章建筑 违法建筑 加建 私搭 搭建 违规搭建 违法建设
wish: 建议 希望 能否 恳请增设 增设 增加 优化 加装 完善 设置
report: 举报 揭发 实名举报 控告 检举
complain: 投诉 反映 强烈要求 严查 查处 请求 求助 曝光
mass: 几百 上百 数百 几千 上千 数千 群体 集体 联名 全体业主 全体村民 众多 百余 万人 几十户 百户 多户 多名 我们业主
   人受害
urgent: 紧急 急需 急 立即 马上 尽快 刻不容缓 危在旦夕 迫在眉睫 期限 截止
hazard: 安全隐患 危险 隐患 事故 伤亡 坍塌 倒塌 人命 生命安全 威胁生命 车祸 爆炸 起火
accident: 交通事故 车祸 肇事 逃逸 撞 事故认定 赔偿 认定书
corruption: 贪污 受贿 腐败 挪用 侵吞 公款 利益输送 以权谋私 官商
tax_mining: 偷税 漏税 发票 采砂 采矿 挖沙 盗采 砍伐 捕鱼 电鱼 无证
food_shop: 饭店 餐馆 餐饮 门店 门面 食品 超市 无证经营 营业执照
elsewhere: 外省 外地 异地 跨省 省外 外县
exam: 高考 中考 考试 考生 考研
no_id: 没有户口 无户口 黑户 没有身份证 无身份证
under_14: 三岁 四岁 五岁 六岁 七岁 八岁 九岁 十岁 十一岁 十二岁 十三岁 婴儿 幼儿园 幼儿
media: 记者 媒体 曝光 微博 热搜 抖音 电视台 舆论
sexual: 猥亵 强奸 性侵 裸照 裸聊 偷拍 下体 性骚扰
project: 项目部 施工受阻 阻工 重点工程 重点项目 停工 工期
home_beating: 家暴 老公打 丈夫打 打老婆 正在打我 掐我
"""


def _groups(table: str) -> dict[str, tuple[str, ...]]:
    entries = table.strip().replace("\n   ", " ").split("\n")
    return {name: tuple(words.split()) for name, words in (entry.split(":") for entry in entries)}


WORD_GROUPS: Mapping[str, tuple[str, ...]] = _groups(_TABLE)

FLAG_GROUPS: Mapping[Flag, tuple[str, ...]] = {
    Flag.MINOR: ("minor_harm", "minor_venue"),
    Flag.MINOR14: ("under_14",),
    Flag.ELDERLY: ("elderly",),
    Flag.DISABLED_ILL: ("ill",),
    Flag.HEALTH_DATA: ("ill",),
    Flag.EXAM: ("exam",),
    Flag.NO_ID: ("no_id",),
    Flag.ENTERPRISE: ("firm_voice",),
    Flag.PROJECT: ("project",),
    Flag.CROSS_REGION: ("elsewhere",),
    Flag.WAGE: ("wages",),
    Flag.MEDIA: ("media",),
    Flag.VIOLENCE_SIGN: ("beating",),
    Flag.ESCALATION: ("threat",),
    Flag.DV: ("home_beating",),
    Flag.SEXUAL_CONTENT: ("sexual",),
}
"""A word of one of these groups raises the flag where there were too few labels to learn it."""

PROTECTING = frozenset({Flag.MINOR, Flag.MINOR14, Flag.DV, Flag.SEXUAL_CONTENT, Flag.VIOLENCE_SIGN, Flag.ESCALATION})
"""Raised by a word even where they were learned: one too many is read by somebody, one too few may hurt somebody."""


LENGTHS: Mapping[str, range] = {
    "nothing": range(1),
    "line": range(1, 31),
    "sentence": range(31, 81),
    "paragraph": range(81, 161),
}
"""How many characters a part has is a group without words: one line is seldom about what fills a page."""

GROUPS = (*WORD_GROUPS, *LENGTHS)


def groups_digest() -> str:
    lengths = ";".join(f"{name}<{length.stop}" for name, length in LENGTHS.items())
    return hashlib.sha256(f"{_TABLE}{lengths}".encode()).hexdigest()[:16]
