"""Hand the result over (送达), and put the case away (归档)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications import services as cases
from applications.choices import Channel, State
from applications.models import Application
from applications.services.filing import CLAIMED_AS
from hall.clocks import services as clocks
from hall.clocks.choices import Kind
from hall.clocks.limits import Limit, Unit
from hall.errors import Incomplete, Invalid, NotAllowed, WrongState, require
from hall.files.models import StoredFile
from hall.files.services import keep
from hall.now import now, today
from hall.organisation.choices import Role
from hall.organisation.officers import Officer
from hall.people import services as people
from hall.people.choices import IdType, MandateScope
from hall.people.index import normal_number
from hall.people.models import Enterprise, Mandate, Person
from hall.people.queries import mandate_for
from hall.people.services.subjects import same_name
from hall.trail.queries import of_case
from hall.trail.services import record

from ..choices import CollectorRelation, DeliveryMode, PaperKind
from ..composing.parts import local
from ..models import ArchivePackage, Delivery
from .drawing import draw_all
from .registering import register

ARCHIVE_AFTER = dt.timedelta(days=7)
_ARCHIVING = Limit(10, Unit.WORKING_DAY)
_LARGEST_SIGNATURE = 300_000
_PNG = "data:image/png;base64,"


@dataclass(frozen=True)
class Collector:
    """Who takes the result: `name` and `id_number` as on the document shown, and with what right.

    `mandate_until`: the officer has seen a written mandate (授权委托书) in force until that day.
    """

    name: str
    relation: str
    id_number: str = ""
    id_type: str = IdType.ID_CARD
    mandate_until: dt.date | None = None


@transaction.atomic
def deliver(
    case_id: UUID,
    *,
    mode: str,
    collector: Collector,
    by: Officer,
    signature: str = "",
    tracking_number: str = "",
) -> Delivery:
    """Hand the result of a ready case over, at any issue window of the place, by post or electronically.

    At the window the collector shows a document and signs (`signature`: PNG as data address); an agent
    needs a mandate to collect.

    Raises NotAllowed, WrongState unless the case is ready, Incomplete, Invalid.
    """
    case = Application.objects.locked(case_id)
    cases.require_whole_hand_over(case)
    return hand_over(
        case,
        mode=mode,
        collector=collector,
        by=by,
        signature=signature,
        tracking_number=tracking_number,
    )


def hand_over(
    case: Application,
    *,
    mode: str,
    collector: Collector,
    by: Officer,
    signature: str = "",
    tracking_number: str = "",
    came: bool = True,
) -> Delivery:
    """Hand over the result of a locked case. `came`: this one is what the collector came for, or the first
    of several that they take home together.
    """
    post = require(
        by.post_for(Role.ISSUER, jurisdiction=case.jurisdiction_id), _("只有本辖区的出件员可以出件")
    )
    by = by.acting_as(post)
    if case.state != State.READY:
        raise WrongState(_("办件目前为“%(state)s”，不能出件") % {"state": case.get_state_display()})
    if mode not in DeliveryMode.values:
        raise Invalid(_("请选择送达方式"), fields={"mode": [_("请选择送达方式")]})
    if mode == DeliveryMode.POST and not tracking_number.strip():
        raise Incomplete(_("邮寄须填写物流单号"), fields={"tracking_number": [_("请填写物流单号")]})
    mandate = _entitled(case, collector, by) if mode == DeliveryMode.WINDOW else None
    delivery = Delivery.objects.create(
        case=case,
        mode=mode,
        collector_name=collector.name.strip() or case.applicant_name,
        collector_relation=collector.relation,
        collector_id_number=normal_number(collector.id_number) if collector.id_number else "",
        mandate=mandate,
        signature=_signature(case, signature, by) if mode == DeliveryMode.WINDOW else None,
        tracking_number=tracking_number.strip(),
        window=post.window,
        delivered_by_id=by.user_id,
        delivered_at=now(),
    )
    cases.mark_delivered(
        case.pk,
        by=by,
        visits=_visits(case, mode) if came else 0,
        data={"mode": mode, "relation": collector.relation},
    )
    clocks.start(case, Kind.ARCHIVING, _ARCHIVING, jurisdiction=case.jurisdiction, case_id=case.pk, by=by)
    register(Application.objects.locked(case.pk), PaperKind.DELIVERY_RECORD, by=by)
    return delivery


def _visits(case: Application, mode: str) -> int:
    """How often the applicant came for the result: not again, if they waited for it since the morning."""
    if mode != DeliveryMode.WINDOW:
        return 0
    waited = case.channel == Channel.DESK and local(case.received_at) == today()
    return 0 if waited else 1


def _entitled(case: Application, collector: Collector, by: Officer) -> Mandate | None:
    """Check with what right the collector takes the result; the mandate of an agent."""
    if collector.relation not in CollectorRelation.values:
        raise Invalid(_("请选择领取人身份"), fields={"relation": [_("请选择领取人身份")]})
    missing = {
        field: [told]
        for field, value, told in (
            ("collector_name", collector.name, _("请填写领取人姓名")),
            ("collector_id_number", collector.id_number, _("请刷或者填写领取人证件号码")),
        )
        if not value.strip()
    }
    if missing:
        raise Incomplete(_("请核对领取人的证件"), fields=missing)
    applicant = case.applicant
    if collector.relation == CollectorRelation.SELF:
        own = isinstance(applicant, Person) and applicant.id_number == normal_number(collector.id_number)
        require(own, _("证件号码与申请人不一致；由别人代领的，请选择“受托人”"))
        return None
    if collector.relation == CollectorRelation.LEGAL_REPRESENTATIVE:
        own = isinstance(applicant, Enterprise) and same_name(applicant.legal_representative, collector.name)
        require(own, _("姓名与登记的法定代表人不一致"))
        return None
    return _mandate(case, collector, by)


def _mandate(case: Application, collector: Collector, by: Officer) -> Mandate:
    """The agent's right to collect: one on record, or one on paper that the officer has just seen."""
    applicant = case.applicant
    if applicant is None:
        raise WrongState(_("办件没有申请人"))
    agent = people.find_or_register_person(
        id_type=collector.id_type,
        id_number=collector.id_number,
        name=collector.name,
        is_demo=case.is_demo,
        by=by,
    )
    if held := mandate_for(agent, applicant, MandateScope.COLLECT):
        return held
    if collector.mandate_until is None:
        raise NotAllowed(_("受托人没有领取结果的委托，请核对授权委托书并填写有效期"))
    return people.grant_mandate(
        principal=applicant,
        agent=agent,
        scope=[MandateScope.COLLECT],
        ends_on=collector.mandate_until,
        note=_("出件窗口核对纸质授权委托书"),
        by=by,
    )


def _signature(case: Application, address: str, by: Officer) -> StoredFile:
    """The signature as a file of the case. Raises Incomplete without one, Invalid if it is no picture."""
    from PIL import Image

    told = {"signature": [_("请领取人在签名板上签名")]}
    if not address:
        raise Incomplete(_("请领取人签名"), fields=told)
    try:
        if not address.startswith(_PNG) or len(address) > _LARGEST_SIGNATURE * 4 // 3:
            raise ValueError
        picture = base64.b64decode(address.removeprefix(_PNG), validate=True)
        with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
            opened.verify()
    except (ValueError, OSError, SyntaxError, binascii.Error) as error:
        raise Invalid(_("签名没有传好，请重签"), fields=told) from error
    return keep(
        picture,
        name=_("签名.png"),
        content_type="image/png",
        subject_type="certificates.delivery",
        subject_id=case.pk,
        by=by,
    )


@transaction.atomic
def archive(case_id: UUID) -> ArchivePackage | None:
    """Put a delivered case away as one package: result, papers, materials, process log, each with its hash.

    One case, one package, in the order of DA/T 85 (DOMAIN §8). None if it is not delivered (any more).
    """
    case = Application.objects.locked(case_id)
    if case.state != State.DELIVERED:
        return None
    draw_all(case)
    manifest = _manifest(case)
    digest = _hash(manifest)
    package = ArchivePackage.objects.create(case=case, manifest=manifest, sha256=digest, archived_at=now())
    cases.mark_archived(case.pk, data={"package": digest})
    clocks.meet(case, Kind.ARCHIVING)
    record(
        "certificates.archived",
        subject=package,
        case_id=case.pk,
        jurisdiction=case.jurisdiction_id,
        data={"sha256": digest, "papers": len(manifest["papers"])},
    )
    return package


def _hash(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(case: Application) -> dict[str, Any]:
    order = [PaperKind.CERTIFICATE, PaperKind.GRANT, PaperKind.REFUSAL]
    papers = sorted(case.papers.all(), key=lambda p: (p.kind not in order, p.registered_at))
    materials = StoredFile.objects.filter(
        claimed_type=CLAIMED_AS,
        claimed_id__in=[str(pk) for pk in case.materials.values_list("pk", flat=True)],
    ).order_by("uploaded_at", "pk")
    events = list(of_case(case.pk).values_list("seq", "what", "hash"))
    return {
        "case": case.number,
        "matter": case.version.matter.implementation_code,
        "version": case.version.number,
        "papers": [
            {
                "kind": p.kind,
                "title": p.title,
                "number": p.number,
                "content_sha256": _hash(p.context),  # what was registered, whatever it is drawn with
                "sha256": p.sha256,
                "size": p.size,
            }
            for p in papers
        ],
        "materials": [{"name": f.name, "sha256": f.sha256, "size": f.size} for f in materials],
        "log": {"events": len(events), "last": events[-1][2] if events else ""},
    }
