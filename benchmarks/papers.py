"""(d) Certificates: template, seal, QR code, PDF/A, signature beside WeasyPrint with the finished HTML."""

from __future__ import annotations

from pathlib import Path

from applications import services as cases
from benchmarks import ground
from benchmarks.measure import Result, interleaved, median, ratio, timed
from certificates import services
from certificates.choices import PaperKind, SealKind
from certificates.models import Paper
from certificates.services.drawing import signer_of
from certificates.workshop import contexts, drawing, fonts, pdf, signing
from hall.organisation.choices import Role
from routing import services as routing
from routing.models import Task
from tests import traits


def run(folder: Path, *, quick: bool) -> Result:
    """One certificate, drawn again and again in one process."""
    rounds, times = (3, 2) if quick else (7, 5)
    paper = _certificate()
    content = contexts.from_json(paper.context)
    page = drawing.html(content)
    bare = _Bare()

    def whole() -> None:
        signer = signer_of(paper.seal.jurisdiction)
        signing.sign(drawing.draw(content), signer, reason=paper.title, location=paper.seal.jurisdiction.name)

    works = {
        "bare WeasyPrint": lambda: bare.print(page),
        "the page as PDF/A": lambda: pdf.print_html(page),
        "template, seal, QR code, PDF/A": lambda: drawing.draw(content),
        "… and signed": whole,
    }
    for work in works.values():
        work()  # fonts, templates, keys are read once a process
    seconds = interleaved(
        rounds,
        *[lambda work=work: timed(lambda: [work() for _i in range(times)])[0] for work in works.values()],
    )
    result = Result(
        title="Certificates",
        how=(
            "One certificate of one page, A4, with seal and QR code, drawn in one process. The floor: "
            "`HTML(string=…).write_pdf()` of the same HTML with the same style sheet and fonts, both read "
            "beforehand, as plain PDF. Each line adds a step of the house."
        ),
        header=("", "pages/s", "ms a page", "times the floor"),
    )
    for name, each in zip(works, seconds, strict=True):
        one = median(each) / times
        result.rows.append((name, f"{1 / one:.2f}", f"{one * 1000:.0f}", f"{ratio(each, seconds[0]):.2f}"))
    result.remarks.append(
        "Porters draw beside the desks and in as many processes as there are workers; a decision never waits "
        "for its page."
    )
    return result


class _Bare:
    """WeasyPrint alone."""

    def __init__(self) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self.fonts = FontConfiguration()
        styles = fonts.stylesheet() + (Path(pdf.__file__).with_name("paper.css")).read_text(encoding="utf-8")
        self.styles = CSS(string=styles, font_config=self.fonts)

    def print(self, page: str) -> bytes:
        from weasyprint import HTML

        return HTML(string=page).write_pdf(stylesheets=[self.styles], font_config=self.fonts)


def _certificate() -> Paper:
    """The certificate of a granted case."""
    county = ground.found("papers")
    clerk = county.clerk(1)
    for kind in (SealKind.APPROVAL, SealKind.ACCEPTANCE):
        services.register_seal(
            county.place,
            code=kind,
            kind=kind,
            department=county.bureau,
            ring_text=county.bureau.name,
            line_text="专用章",
        )
    case = traits.take_in(
        traits.make_version(county.bureau, case_type="instant"), clerk, subject=county.person
    )
    cases.accept(case.pk, by=clerk)
    routing.dispatch(case.pk)
    head = traits.make_officer(county.place, Role.HEAD, department=county.bureau)
    routing.decide(Task.objects.get(case=case).pk, outcome="granted", by=head)
    services.prepare(case.pk)
    return Paper.objects.get(case=case, kind=PaperKind.CERTIFICATE)
