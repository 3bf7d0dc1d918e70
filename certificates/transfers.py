"""Which seals a transfer (划转) concerns: the bureau's one, those of former departments (S1 二(二))."""

from __future__ import annotations

from django.db.models import Count

from applications.running import running
from matters.models import MatterVersion, Transfer
from matters.models.transfers import MOVING
from matters.running import Panel

from .choices import SealKind, SealState
from .models import Seal


def seals_panel(transfer: Transfer) -> Panel:
    """The bureau's approval seal, and what becomes of each former department's own. Four queries.

    `kept`: matters that the department goes on deciding; `running`: its cases on their way. A seal with
    neither is to be abolished and sealed up.
    """
    moving = transfer.items.filter(role__in=MOVING)
    givers = set(moving.values_list("from_department", flat=True))
    seals = Seal.objects.filter(
        jurisdiction=transfer.jurisdiction_id, kind=SealKind.APPROVAL, state=SealState.IN_USE
    ).select_related("department")
    staying = MatterVersion.objects.in_force().filter(department__in=givers)
    staying = staying.exclude(matter__in=moving.values("matter"))
    kept = dict(staying.order_by().values_list("department").annotate(n=Count("matter", distinct=True)))
    cases = running().filter(version__department__in=givers).order_by()
    under_way = dict(cases.values_list("version__department").annotate(n=Count("pk")))
    former = []
    for seal in seals.filter(department__in=givers).order_by("code"):
        former.append(
            {
                "seal": seal,
                "kept": kept.get(seal.department_id, 0),
                "running": under_way.get(seal.department_id, 0),
            }
        )
    of_bureau = list(seals.filter(department=transfer.bureau_id))
    context = {"receiver": transfer.bureau, "bureau": of_bureau, "former": former}
    return Panel("certificates/_transfer_seals.html", context)
