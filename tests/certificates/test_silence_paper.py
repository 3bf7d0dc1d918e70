"""The proof of a silence as a sealed paper, and the responsibility on the review summary (S0 §18)."""

from __future__ import annotations

import hashlib
import re
import subprocess

import pytest
from django.urls import reverse

from applications import services as cases
from certificates import services, tasks
from certificates.choices import PaperKind, PaperState
from certificates.models import Paper
from certificates.workshop import signing
from hall.clocks import sweep
from hall.people.models import User
from routing import services as routing
from routing.models import EvidencePack, Task
from tests import traits


@pytest.fixture
def monday(moved):
    """2026-03-02; the seals below are in use from then."""
    return moved("2026-03-02 09:00")


@pytest.fixture
def silent(monday, moved, bureau, health, health_reviewer, clerk, seals) -> Task:
    """Fell silent on Thursday 2026-03-05, after a report that was turned down; warned three times."""
    steps = [
        traits.step(health, stage=1, days=3, receipt_value=None, silent_consent=True),
        traits.step(bureau, stage=2, days=2, decides=True),
    ]
    case = traits.take_in(traits.make_version(bureau, steps=steps), clerk)
    cases.accept(case.pk, by=clerk)
    routing.dispatch(case.pk)
    task = Task.objects.get(case=case)
    supervisor = traits.make_officer(bureau.jurisdiction, "supervisor", name="示例督查员")
    report = routing.file_report(task.pk, reason="人手不足", days=3, by=health_reviewer)
    routing.reject_report(report.pk, answer="不属于特殊情况", by=supervisor)
    for moment in ("2026-03-03 09:30", "2026-03-04 09:30", "2026-03-05 09:30"):
        moved(moment)
        sweep.warn()
    moved("2026-03-05 17:01")
    sweep.run()
    return Task.objects.get(pk=task.pk)


def words_of(paper: Paper, folder) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(services.read(paper))
    told = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return re.sub(r"\s", "", told)


def test_the_porter_draws_seals_and_signs_it_once(silent, tmp_path):
    pack = EvidencePack.objects.get(task=silent)
    assert tasks.prove_silences() == 1
    assert tasks.prove_silences() == 0
    services.draw_waiting()
    paper = Paper.objects.get(kind=PaperKind.SILENCE_EVIDENCE)
    assert (paper.state, paper.key) == (PaperState.DRAWN, str(silent.pk))
    assert paper.seal is not None and "默〔2026〕" in paper.number
    told = words_of(paper, tmp_path)
    assert pack.sha256 in told
    assert f"责任由{silent.department.name}承担" in told
    assert "督查员示例督查员" in told and "人手不足" in told and "不属于特殊情况" in told
    assert "期限内无人打开该任务" in told
    place = silent.department.jurisdiction.slug
    assert signing.validate(services.read(paper), signing.roots([place])).valid


def test_a_place_without_a_seal_waits_and_stops_nobody(silent, approval_seal, acceptance_seal):
    for seal in (approval_seal, acceptance_seal):
        seal.state, seal.ended_on = "stopped", "2026-03-01"
        seal.save()
    assert tasks.prove_silences() == 0
    for seal in (approval_seal, acceptance_seal):
        seal.state = "in_use"
        seal.save()
    assert tasks.prove_silences() == 1


def test_the_summary_names_who_answers_for_it_the_proof_and_the_late_objection(
    silent, health_reviewer, bureau_head, bureau, tmp_path
):
    opinion = routing.object_late(
        silent.pk, reasons="不符合卫生要求", legal_basis="示范规定第三条", by=health_reviewer
    )
    deciding = Task.objects.get(case=silent.case, department=bureau)
    treated = {opinion.pk: routing.Adoption(adopted=False, reason="已要求整改")}
    routing.consolidate(deciding.pk, text="拟准予", treatments=treated, by=bureau_head)
    routing.decide(deciding.pk, outcome="granted", by=bureau_head)
    services.prepare(silent.case_id)
    services.draw_waiting()
    papers = {paper.kind: paper for paper in Paper.objects.filter(case=silent.case_id)}
    told = words_of(papers[PaperKind.REVIEW_SUMMARY], tmp_path)
    assert "视为同意" in told and f"责任由{silent.department.name}承担" in told
    number = papers[PaperKind.SILENCE_EVIDENCE].number
    assert number.partition("默")[2] in told  # the column breaks it before
    assert EvidencePack.objects.get(task=silent).sha256 in told
    assert "不符合卫生要求" in told and "牵头部门研究：不采纳，已要求整改" in told


def test_both_stand_on_the_case_page_for_those_who_may_see_it(silent, clerk, fire_reviewer, client):
    client.force_login(User.objects.get(pk=clerk.user_id))
    panel = client.get(reverse("certificates:case_panel", args=[silent.case_id])).content.decode()
    assert "默认同意证据" in panel
    answer = client.get(
        reverse("certificates:print", args=[silent.case_id, "silence_evidence"]), {"key": str(silent.pk)}
    )
    assert answer["Content-Type"] == "application/pdf"
    data = client.get(reverse("routing:silence_evidence", args=[silent.pk]))
    assert hashlib.sha256(data.content).hexdigest() == EvidencePack.objects.get(task=silent).sha256
    client.force_login(User.objects.get(pk=fire_reviewer.user_id))
    assert client.get(reverse("certificates:case_panel", args=[silent.case_id])).status_code == 404
