"""Reading projects: lists with their promise, the stages with their cases, what waits for what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hall.clocks import queries as clock_queries
from hall.clocks.choices import Kind
from hall.clocks.choices import State as ClockState
from hall.clocks.elapsed import Elapsed, elapsed
from hall.clocks.models import Clock
from hall.organisation.officers import Officer
from hall.people.models import User
from matters.models import MatterDependency, MatterVersion, ProjectStage, StageMatter

from .choices import FINAL, MaterialVerdict, Outcome, State, WaitState
from .models import Application, CaseMaterial
from .project_models import Consultation, ConsultationAnswer, Helper, PrerequisiteWait, Project
from .services.filling import tidy_code
from .services.project_following import OWN_KINDS

SHOWN = 100
_ENDED_BADLY = (State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED)


# -- Lists -----------------------------------------------------------------------------------------------


def listed(officer: Officer, text: str = "", *, green: bool = False) -> list[Project]:
    """Projects that the officer may see, newest first, each with the clock of its promise."""
    found = Project.objects.visible_to(officer)
    if text:
        found = found.filter(Q(code=tidy_code(text)) | Q(name__icontains=text) | Q(builder_name=text))
    if green:
        found = found.filter(green_since__isnull=False)
    return with_clock(_for_list(found).order_by("-created_at", "pk")[:SHOWN])


def of_account(user: User) -> list[Project]:
    """The projects of a builder's account, newest first, each with the clock of its promise."""
    return with_clock(_for_list(Project.objects.of_account(user)).order_by("-created_at", "pk")[:SHOWN])


def near_or_over(officer: Officer) -> list[Project]:
    """Projects whose promise or legal limit runs, the nearest first; paused ones last."""
    visible = _for_list(Project.objects.visible_to(officer))
    found = with_clock(visible.filter(state="under_way").order_by("created_at", "pk")[:SHOWN])
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    running = [project for project in found if project.clock is not None]
    return sorted(running, key=lambda each: (each.clock and each.clock.due_at) or far)


def with_clock(projects: Iterable[Project]) -> list[Project]:
    """The same projects, each with `clock`: that of its promise, or None. One query."""
    found = list(projects)
    clocks = Clock.objects.filter(case_id__in=[each.pk for each in found], kind=Kind.PROJECT)
    clocks = clocks.exclude(state=ClockState.CANCELLED).order_by("pk")
    by_project = {clock.case_id: clock for clock in clock_queries.with_remaining(clocks)}
    for project in found:
        project.clock = by_project.get(project.pk)
    return found


def _for_list(projects: QuerySet[Project]) -> QuerySet[Project]:
    return projects.select_related("scheme", "stage", "jurisdiction")


# -- One project -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TimedProject:
    """A clock of the project with the days that have counted, and why each did."""

    clock: Clock
    used: Elapsed


@dataclass
class CaseLine:
    """One case of the project, with what it waits for."""

    case: Application
    waits: list[PrerequisiteWait] = field(default_factory=list)

    @property
    def failed(self) -> list[PrerequisiteWait]:
        """Prerequisites that have not been granted: the applicant chooses."""
        return [wait for wait in self.waits if wait.state == WaitState.FAILED and self.case.awaits_result]

    @property
    def word(self) -> str:
        """Where it stands, in words."""
        if self.failed:
            return _("前置事项没有办成")
        if self.case.awaits_result and self.case.state == State.ACCEPTED:
            return _("已受理，等前置事项")
        if self.case.outcome:
            return f"{self.case.get_outcome_display()} · {self.case.get_state_display()}"
        return str(self.case.get_state_display())

    @property
    def tone(self) -> str:
        """How it is drawn."""
        if self.failed or self.case.outcome == Outcome.REFUSED:
            return "danger"
        if self.case.outcome == Outcome.GRANTED:
            return "ok"
        return "mute" if self.case.state in FINAL else "info"


@dataclass
class MatterLine:
    """One matter of a stage: its cases in the project, and the version that can be applied for now."""

    row: StageMatter
    lines: list[CaseLine] = field(default_factory=list)
    version: MatterVersion | None = None
    after: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The matter."""
        return self.row.matter.name

    @property
    def granted(self) -> bool:
        """Is the result there?"""
        return any(line.case.outcome == Outcome.GRANTED for line in self.lines)

    @property
    def open(self) -> bool:
        """May it be applied for now: nothing granted, nothing on its way?"""
        live = [line for line in self.lines if line.case.state not in _ENDED_BADLY]
        return not any(line.case.outcome != Outcome.REFUSED for line in live)


@dataclass
class StageLine:
    """One stage with its matters."""

    stage: ProjectStage
    matters: list[MatterLine] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Has its concluding matter been granted?"""
        ending = [line for line in self.matters if line.row.concludes]
        return bool(ending) and all(line.granted for line in ending)

    @property
    def begun(self) -> bool:
        """Is a case of it there?"""
        return any(line.lines for line in self.matters)


def project_for_page(project_id: UUID) -> Project:
    """A project with all that its pages read. Raises Project.DoesNotExist if there is none."""
    return Project.objects.select_related(
        "scheme__department", "jurisdiction", "person", "enterprise", "stage", "created_by"
    ).get(pk=project_id)


def stages_of(project: Project) -> list[StageLine]:
    """The stages in their order, with matters, cases and what waits for what. Six queries."""
    rows = StageMatter.objects.filter(scheme=project.scheme_id).select_related("stage", "matter")
    edges = dependencies_of(project)
    versions = {
        version.matter_id: version
        for version in MatterVersion.objects.in_force().filter(
            matter__project_stages__scheme=project.scheme_id
        )
    }
    cases: dict[int, list[CaseLine]] = {}
    for line in lines_of(project):
        cases.setdefault(line.case.version.matter_id, []).append(line)
    stages: dict[int, StageLine] = {
        stage.pk: StageLine(stage) for stage in ProjectStage.objects.filter(scheme=project.scheme_id)
    }
    for row in rows.order_by("stage__order", "order"):
        after = [str(edge.prerequisite) for edge in edges if edge.dependent_id == row.matter_id]
        matter = MatterLine(row, cases.get(row.matter_id, []), versions.get(row.matter_id), after)
        stages[row.stage_id].matters.append(matter)
    return list(stages.values())


def dependencies_of(project: Project) -> list[MatterDependency]:
    """Which matter of the scheme waits for which."""
    rows = MatterDependency.objects.filter(scheme=project.scheme_id)
    return list(rows.select_related("prerequisite", "dependent"))


def lines_of(project: Project) -> list[CaseLine]:
    """All cases of the project, oldest first, with what they wait for. Two queries."""
    waits = PrerequisiteWait.objects.select_related("prerequisite", "from_case")
    cases = (
        Application.objects.filter(project=project)
        .exclude(state=State.DRAFT, channel="online")
        .select_related("version__matter", "version__department")
        .prefetch_related(Prefetch("waits", queryset=waits))
        .order_by("created_at", "pk")
    )
    return [CaseLine(case, list(case.waits.all())) for case in cases]


def outside_of(project: Project, stages: Sequence[StageLine]) -> list[CaseLine]:
    """Attached cases of matters that the scheme does not have."""
    inside = {line.case.pk for stage in stages for matter in stage.matters for line in matter.lines}
    return [line for line in lines_of(project) if line.case.pk not in inside]


def timed(project: Project) -> list[TimedProject]:
    """The clocks of the whole with the days used up, the promise first."""
    clocks = Clock.objects.filter(case_id=project.pk, kind__in=OWN_KINDS).exclude(state=ClockState.CANCELLED)
    found = clocks.select_related("jurisdiction", "hall").prefetch_related("pauses").order_by("pk")
    return [TimedProject(clock, elapsed(clock)) for clock in clock_queries.with_remaining(found)]


def materials_of(project: Project) -> list[CaseMaterial]:
    """What the project has handed in, once each: with the case that has it and those that took it over."""
    rows = CaseMaterial.objects.filter(
        case__project=project, verdict=MaterialVerdict.OK, taken_over=None, handed_in_at__isnull=False
    )
    rows = rows.select_related("material", "case__version__matter")
    return list(
        rows.prefetch_related("gave_to__case_material__case__version__matter").order_by("handed_in_at")
    )


def consultations_of(project: Project) -> list[Consultation]:
    """Consultations with the answers of each department, newest first."""
    answers = ConsultationAnswer.objects.select_related("department", "answered_by")
    rows = project.consultations.select_related("department", "asked_by", "closed_by")
    return list(rows.prefetch_related(Prefetch("answers", queryset=answers)).order_by("-number"))


def helper_of(project: Project) -> Helper | None:
    """Who helps the project now."""
    return project.helpers.filter(ends_at=None).select_related("user").first()


def helpers_of(project: Project) -> list[Helper]:
    """All who have helped, newest first, with what they did."""
    return list(project.helpers.select_related("user").prefetch_related("entries"))


def of_case(case: Application) -> CaseLine | None:
    """A case of a project with what it waits for, for the page of the case; None without a project."""
    if case.project_id is None:
        return None
    waits = case.waits.select_related("prerequisite", "from_case")
    return CaseLine(case, list(waits))


def may_read_paper(officer: Officer | None, user: User, consultation: Consultation) -> bool:
    """Who reads a consultation and its papers: who may see the project, and the builder."""
    if officer is not None and officer.posts:
        return Project.objects.visible_to(officer).filter(pk=consultation.project_id).exists()
    return Project.objects.of_account(user).filter(pk=consultation.project_id).exists()


def may_read_consulted(request: HttpRequest, consultation_id: str) -> bool:
    """For hall.files: papers that went with a question are read by whoever reads the consultation."""
    found = Consultation.objects.filter(pk=consultation_id).first()
    if found is None or not isinstance(request.user, User):
        return False
    return may_read_paper(getattr(request, "officer", None), request.user, found)
