"""One sample of each paper, obviously made up: the people and places do not exist."""

import datetime as dt
from zoneinfo import ZoneInfo

from certificates.workshop.contexts import (
    AcceptanceNotice,
    AttendanceLine,
    Certificate,
    CommitmentPledge,
    Contact,
    Correction,
    CorrectionNotice,
    DeemedConsentRecord,
    DeferralNotice,
    DeferralPledge,
    DeferredItem,
    DeliveredPaper,
    DeliveryReceipt,
    DueDate,
    ExtensionNotice,
    Field,
    GrantDecision,
    GuideCard,
    HearingNotice,
    HearingRecord,
    HearingRightNotice,
    MaterialLine,
    OpinionLine,
    Paper,
    Party,
    ProcedureNotice,
    Receipt,
    RefusalDecision,
    RefusalOfAcceptance,
    Remedy,
    ReturnNotice,
    ReviewSummary,
    RevocationDecision,
    SentWarning,
    SessionMinutes,
    SessionNotice,
    SlipLine,
    StatementNotice,
    SupplementReceipt,
    TerminationNotice,
    TransferSlipSheet,
    WithdrawalNotice,
)
from certificates.workshop.seal import SealSpec

CST = ZoneInfo("Asia/Shanghai")
DAY = dt.date(2026, 11, 20)
ORGAN = "示例市行政审批服务局"
SEAL = SealSpec(ring=ORGAN, lines=("行政审批专用章", "(1)"))
CONTACT = Contact(
    place="示例市政务服务中心一楼综合受理窗口",
    address="示例路1号",
    hours="工作日9:00—17:00",
    phone="0000-00000001",
    complaint_phone="0000-00000002",
)
PERSON = Party(
    name="示例甲",
    identity_label="居民身份证",
    identity="511602********0005",
    agent="示例乙",
    phone="130****0000",
)
FIRM = Party(
    name="示例市示例食品有限公司",
    identity_label="统一社会信用代码",
    identity="91511602MA0000007A",
    representative="示例丙",
    phone="130****0001",
)
MATERIALS = (
    MaterialLine(name="食品经营许可申请书", originals=1, form="纸质", verdict="已收"),
    MaterialLine(name="营业执照", copies=1, form="证照复用", verdict="免提交", note="已通过电子证照共享核验"),
    MaterialLine(
        name="与食品经营相适应的主要设备设施布局、操作流程等文件",
        originals=1,
        copies=1,
        form="纸质",
        verdict="已收",
    ),
    MaterialLine(name="保证食品安全的规章制度", originals=1, form="电子", verdict="容缺后补"),
)
STATUTORY = DueDate(on=dt.date(2026, 12, 18), limit="20个工作日")
PROMISED = DueDate(on=dt.date(2026, 11, 27), limit="5个工作日")
DEFERRED = (
    DeferredItem(material="保证食品安全的规章制度", form="电子件", due=DueDate(on=dt.date(2026, 11, 27))),
    DeferredItem(material="经营场所平面布局图", form="纸质原件1份", due=DueDate(on=dt.date(2026, 11, 27))),
)
CORRECTIONS = (
    Correction(
        material="经营场所使用权证明",
        problem="租赁合同缺少出租方签名",
        remedy="提交双方签名盖章的租赁合同复印件1份",
        basis="办事指南申请材料第4项",
    ),
    Correction(material="食品经营许可申请书", problem="第3页主体业态未填写", remedy="在受理窗口当场填写"),
)
REMEDY = Remedy(review_organ="示例市人民政府", court="示例市示例区人民法院")
LICENCE_BASIS = ("《中华人民共和国食品安全法》第三十五条第一款", "《食品经营许可和备案管理办法》第十二条")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=CST)


def samples() -> dict[str, Paper]:
    """Every kind of paper once, by kind."""
    shared = {
        "organ": ORGAN,
        "dated": DAY,
        "seal": SEAL,
        "contact": CONTACT,
        "matter": "食品经营许可（首次申请）",
    }
    case = {
        **shared,
        "case_number": "11511602MB0000019U3440125006001202611200001",
        "query_code": "K7M4PX",
        "track_url": "http://127.0.0.1:8000/track/11511602MB0000019U3440125006001202611200001",
        "applicant": FIRM,
    }
    received = {"received_on": DAY}
    accepted = {**received, "accepted_on": DAY}
    papers = [
        Receipt(
            **{**case, "number": ""},
            received_at=at(20, 9, 32),
            receiver="示例受理员（综合受理3号窗口）",
            materials=MATERIALS,
            acceptance_due=DueDate(on=dt.date(2026, 11, 27), limit="5个工作日"),
        ),
        AcceptanceNotice(
            **case,
            **accepted,
            number="示审受〔2026〕128号",
            statutory=STATUTORY,
            promised=PROMISED,
            materials=MATERIALS,
            special_procedures=("专家评审",),
            fee="不收费",
            result="《食品经营许可证》",
            delivery="窗口领取",
        ),
        CorrectionNotice(
            **{**case, "applicant": PERSON},
            **received,
            number="示审补〔2026〕36号",
            items=CORRECTIONS,
            due=DueDate(on=dt.date(2027, 1, 8), limit="30个工作日", provisional=True),
        ),
        RefusalOfAcceptance(
            **case,
            **received,
            number="示审不受〔2026〕5号",
            reasons=("该申请事项依法不属于本机关职权范围",),
            competent_organ="示例市示例区市场监督管理局",
            remedy=REMEDY,
        ),
        DeferralNotice(
            **case, number="示审容〔2026〕17号", accepted_on=DAY, items=DEFERRED, channel="窗口、邮寄或者网上"
        ),
        DeferralPledge(**{**case, "seal": None}, items=DEFERRED),
        ReturnNotice(
            **case,
            number="示审退〔2026〕9号",
            submitted_at=at(19, 20, 15),
            reasons=("经营场所使用权证明缺少出租方签名，请补签后重新上传",),
        ),
        ProcedureNotice(
            **case,
            number="示审特〔2026〕3号",
            procedure="专家评审",
            reason="工艺设备首次采用，需要论证",
            limit="10个工作日",
            basis="《中华人民共和国行政许可法》第四十五条",
            stops_clock=True,
            due=DueDate(on=dt.date(2026, 12, 4)),
            contact_name="示例联系人",
            contact_phone="0000-00000003",
        ),
        HearingRightNotice(
            **case,
            number="示审听告〔2026〕1号",
            reason="拟建设施与相邻住宅距离较近",
            parties="相邻业主",
            ask_by=DueDate(on=dt.date(2026, 11, 27)),
            contact_name="示例联系人",
            contact_phone="0000-00000003",
        ),
        HearingNotice(
            **case,
            number="示审听通〔2026〕1号",
            held_at=at(30, 9, 30),
            place="示例市政务服务中心二楼会议室",
            chair="示例主持人",
            requested_by="相邻业主",
        ),
        HearingRecord(
            **{**case, "seal": None},
            held_at=at(30, 9, 30),
            place="示例市政务服务中心二楼会议室",
            chair="示例主持人",
            text="主持人宣布听证开始。\n相邻业主陈述意见。\n申请人申辩，双方质证。",
            signed_by="示例主持人、示例业主、示例甲",
            parties="相邻业主",
        ),
        SessionNotice(
            **case,
            number="示审联通〔2026〕1号",
            session="联合踏勘",
            name="示例联合踏勘",
            starts_at=at(12, 10),
            ends_at=at(12, 12),
            sign_in_until=at(12, 10, 30),
            venue="示例路1号",
            convenor="示例市城市管理局",
            chair="示例主持人",
            departments=("示例市公安局", "示例市水务局"),
            silence="示政〔2018〕1号第十八条",
        ),
        SessionMinutes(
            **case,
            number="示审联纪〔2026〕1号",
            session="联合踏勘",
            on_site=True,
            name="示例联合踏勘",
            starts_at=at(12, 10),
            ended_at=at(12, 11, 30),
            venue="示例路1号",
            convenor="示例市城市管理局",
            chair="示例主持人",
            attendance=(
                AttendanceLine(
                    department="示例市公安局",
                    attendance="到会",
                    name="示例甲",
                    signed_in_at=at(12, 9, 50),
                    verdict="同意",
                ),
                AttendanceLine(
                    department="示例市水务局",
                    attendance="缺席",
                    verdict="视为同意",
                    said="未参加联审",
                    deemed=True,
                ),
            ),
            minutes="各部门踏看现场。",
            conclusion="可行",
            summary="同意按程序办理",
        ),
        ExtensionNotice(
            **case,
            number="示审延〔2026〕2号",
            days=10,
            reason="情况复杂，需要进一步核实",
            before=DueDate(on=dt.date(2026, 11, 27)),
            after=DueDate(on=dt.date(2026, 12, 11)),
            approved_by="示例市行政审批服务局负责人",
        ),
        WithdrawalNotice(
            **case,
            number="示审撤〔2026〕4号",
            received_on=DAY,
            withdrawn_on=dt.date(2026, 11, 23),
            reason="变更经营地址",
        ),
        TerminationNotice(
            **case,
            number="示审终〔2026〕6号",
            received_on=DAY,
            reason="未在容缺补正期限内补齐“保证食品安全的规章制度”",
            due=DueDate(on=dt.date(2026, 11, 27)),
            remedy=REMEDY,
        ),
        DeemedConsentRecord(
            **{**case, "matter": "建设工程规划许可证核发"},
            number="示审默〔2026〕1号",
            department="示例市人民防空办公室",
            task="出具人防工程设计审查意见",
            ground="意见期限届满，未出具签章意见",
            basis="《示例市“一次办妥”改革实施方案》第十八条",
            dispatched_at=at(12, 9, 5),
            due_at=at(19, 17),
            deemed_at=at(19, 17, 0),
            warnings=(
                SentWarning(
                    sent_at=at(16, 9),
                    to="审查员",
                    remaining="3个工作日",
                    delivered_at=at(16, 9, 0),
                    read_at=at(16, 10, 21),
                ),
                SentWarning(
                    sent_at=at(18, 9), to="部门负责人", remaining="1个工作日", delivered_at=at(18, 9)
                ),
            ),
            explanation=tuple(
                Field(label=f"2026-11-{day}", value=text)
                for day, text in (
                    (12, "起算日，不计入"),
                    (13, "第1个工作日"),
                    (14, "周六，不计入"),
                    (15, "周日，不计入"),
                    (16, "第2个工作日"),
                    (17, "第3个工作日"),
                    (18, "第4个工作日"),
                    (19, "第5个工作日，17:00届满"),
                )
            ),
        ),
        TransferSlipSheet(
            **{**case, "number": "ZY999900202611230001"},
            sender="示例市政务服务中心",
            receiver="示例市自然资源和规划局",
            sent_by="示例甲",
            sent_at=at(20, 10),
            due_at=at(23, 17),
            items=(
                SlipLine(name="申请书", originals=1, copies=0, received="1＋0"),
                SlipLine(name="规划设计方案图纸", originals=2, copies=1, received="1＋1"),
            ),
            slip_url="https://demo.example.invalid/slips/00000000-0000-0000-0000-000000000000/",
            received_by="示例丁",
            received_at=at(20, 15),
            difference="图纸少一份，已联系窗口补送",
        ),
        ReviewSummary(
            **{**case, "matter": "建设工程规划许可证核发"},
            accepted_on=DAY,
            statutory=STATUTORY,
            promised=PROMISED,
            opinions=(
                OpinionLine(
                    stage="并联审查",
                    department="示例市自然资源和规划局",
                    task="规划设计方案审查",
                    received_at=at(20, 10),
                    due_at=at(25, 17),
                    verdict="同意",
                    reasons="方案符合控制性详细规划。",
                    reviewer="示例丁",
                    given_at=at(23, 15, 40),
                ),
                OpinionLine(
                    stage="并联审查",
                    department="示例市人民防空办公室",
                    task="人防工程设计审查",
                    due_at=at(25, 17),
                    verdict="视为同意",
                    deemed=True,
                    ground="意见期限届满，未出具签章意见",
                    basis="《示例市“一次办妥”改革实施方案》第十八条",
                    given_at=at(25, 17),
                ),
            ),
            consolidation="各部门意见一致，建议准予许可。",
            decision="准予行政许可",
            decided_on=dt.date(2026, 11, 26),
            decided_by="示例戊",
        ),
        GrantDecision(
            **case,
            **accepted,
            number="示审许〔2026〕12号",
            legal_basis=LICENCE_BASIS,
            content="经营项目为热食类食品制售、冷食类食品制售（不含裱花蛋糕），主体业态为餐饮服务经营者",
            certificate="《食品经营许可证》",
            certificate_number="JY00000000000001",
            valid_from=DAY,
            valid_until=dt.date(2031, 11, 19),
            conditions=("在经营场所显著位置悬挂许可证", "经营条件发生变化的，十个工作日内报告"),
        ),
        RefusalDecision(
            **case,
            **accepted,
            number="示审不许〔2026〕3号",
            facts="经营场所与公共厕所的距离为十二米，加工操作区未与生活区分隔",
            reasons=("经营场所与污染源距离不足二十五米，不符合食品安全通用要求", "加工操作区未独立分隔"),
            legal_basis=LICENCE_BASIS[1:],
            remedy=REMEDY,
        ),
        DeliveryReceipt(
            **case,
            papers=(
                DeliveredPaper(name="准予行政许可决定书", number="示审许〔2026〕12号"),
                DeliveredPaper(name="食品经营许可证", number="JY00000000000001"),
            ),
            mode="直接送达（窗口领取）",
            place="示例市政务服务中心统一出件窗口",
            addressee="示例市示例食品有限公司",
            receiver="示例乙",
            receiver_identity="511602********0005",
            relation="委托代理人（授权委托书已核对）",
            received_at=at(23, 11, 8),
            deliverers=("示例己", "示例庚"),
        ),
        Certificate(
            **shared,
            name="食品经营许可证",
            number="JY00000000000001",
            holder="示例市示例食品有限公司",
            fields=(
                Field(label="统一社会信用代码", value="91511602MA0000007A"),
                Field(label="法定代表人", value="示例丙"),
                Field(label="经营场所", value="示例市示例区示例路1号示例大厦一层101、102、103号商铺"),
                Field(label="主体业态", value="餐饮服务经营者"),
                Field(label="经营项目", value="热食类食品制售，冷食类食品制售（不含裱花蛋糕）"),
            ),
            valid_from=DAY,
            valid_until=dt.date(2031, 11, 19),
            verify_url="http://127.0.0.1:8000/verify/7F3K-9QXM-2D8A",
            verify_code="7F3K-9QXM-2D8A",
        ),
        RevocationDecision(
            **shared,
            number="示审撤销〔2026〕1号",
            act="撤销",
            holder="示例市示例食品有限公司",
            certificate="《食品经营许可证》",
            certificate_number="JY00000000000001",
            issued_on=DAY,
            reasons=("以提供虚假材料的不正当手段取得许可",),
            legal_basis=("《中华人民共和国行政许可法》第六十九条第二款",),
            remedy=REMEDY,
        ),
        GuideCard(
            **{**shared, "seal": None},
            guide_url="http://127.0.0.1:8000/guide/food",
            place_name="示例市政务服务中心",
            facts=(
                Field(label="承诺时限", value="5个工作日"),
                Field(label="申请材料", value="3项"),
                Field(label="收费", value="不收费"),
            ),
        ),
    ]
    papers += [
        SupplementReceipt(
            **case,
            received_at=at(20, 10, 5),
            channel="邮寄",
            items=("场所使用证明", "平面布局图"),
            left=("健康证明",),
            posted_on=dt.date(2026, 11, 18),
            tracking_number="SL0000000001",
            due=DueDate(on=dt.date(2026, 12, 4), limit="15个工作日"),
        ),
        CommitmentPledge(
            **case,
            legal_basis=LICENCE_BASIS[1:],
            promise="经营场所与污染源距离二十五米以上，从业人员均有有效健康证明",
            conditions=("有与经营的食品相适应的场所", "有经过培训的食品安全管理人员"),
            replaced=("健康证明", "场所使用证明"),
            check_by=DueDate(on=dt.date(2027, 1, 20)),
            signed_by="示例丙",
        ),
        StatementNotice(
            **case,
            number="示审陈告〔2026〕1号",
            facts="现场核查，经营场所与公共厕所的距离为十二米",
            evidence="2026年12月3日现场核查笔录、照片三张",
            checked_on=dt.date(2026, 12, 3),
            due=DueDate(on=dt.date(2026, 12, 10), limit="5个工作日"),
        ),
    ]
    return {paper.kind: paper for paper in papers}
