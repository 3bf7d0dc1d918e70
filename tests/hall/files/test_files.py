"""The way of a file: temporary → checked → claimed, private from the first byte (DESIGN §1)."""

import datetime as dt
import socket
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Invalid, NotAllowed, WrongState
from hall.files import queries, readers, services, tasks, views
from hall.files.choices import FileState
from hall.files.models import StoredFile
from hall.now import real_now
from hall.people import identity
from hall.people import services as people

from . import samples

CASE = "tests.case"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    """Each test has its own private storage."""
    private = settings.STORAGES["private"]
    settings.STORAGES = settings.STORAGES | {
        "private": private | {"OPTIONS": private["OPTIONS"] | {"location": tmp_path / "files"}}
    }
    return tmp_path / "files"


@pytest.fixture
def citizen(db):
    return people.register_citizen(
        username="shili",
        password="Shifan-2026",
        name="示例丁",
        id_type="id_card",
        id_number=identity.synthetic_citizen_number(2),
        phone="13800000002",
        by=SYSTEM,
    )


@pytest.fixture
def stranger(db):
    return people.create_staff(username="li", name="示例", password="Shifan-2026", by=SYSTEM)


@pytest.fixture
def readable(monkeypatch):
    """`readable(True)`: the room that owns claimed files lets everybody, or nobody, read."""
    monkeypatch.setattr(readers, "_readers", {})

    def answer(may: bool):
        readers.register_reader(CASE, lambda request, subject_id: may and subject_id == "7")

    return answer


def upload(name="证明.pdf", content=None):
    return SimpleUploadedFile(name, samples.pdf() if content is None else content)


def by(user):
    return Actor(user_id=user.pk, name=user.name)


def bytes_on_disk(folder):
    return [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []


class TestStoring:
    def test_a_good_file_is_checked_and_kept_private(self, citizen, private_folder):
        file = services.store(upload(), citizen)
        assert file.state == FileState.CHECKED
        (on_disk,) = bytes_on_disk(private_folder)
        assert on_disk.name == str(file.pk)
        assert on_disk.stat().st_mode & 0o077 == 0
        assert services.open_bytes(file).read() == samples.pdf()

    def test_a_refused_file_leaves_its_reason_and_no_bytes(self, citizen, private_folder):
        with pytest.raises(Invalid, match="不符"):
            services.store(upload("假.pdf", samples.picture()), citizen)
        assert StoredFile.objects.get().state == FileState.REFUSED
        assert "不符" in StoredFile.objects.get().reason
        assert not bytes_on_disk(private_folder)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/证 明.pdf", "证 明.pdf"),
            ("C:\\Users\\x\\证.pdf", "证.pdf"),
            ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
            ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ],
    )
    def test_names_are_tidied(self, given, kept):
        assert services.tidy_name(given) == kept

    def test_nobody_fills_the_disk(self, citizen, monkeypatch):
        monkeypatch.setattr(services, "MOST_UNCLAIMED", 2)
        for _i in range(2):
            services.store(upload(), citizen)
        with pytest.raises(Conflict, match="过多"):
            services.store(upload(), citizen)


class TestClaiming:
    def test_a_claimed_file_belongs_to_its_case(self, citizen):
        file = services.store(upload(), citizen)
        services.claim(file.pk, CASE, 7, by=by(citizen))
        assert services.claim(str(file.pk), CASE, "7", by=by(citizen)).state == FileState.CLAIMED
        assert list(queries.of_subject(CASE, 7)) == [file]
        with pytest.raises(WrongState):
            services.claim(file.pk, CASE, 8, by=by(citizen))
        with pytest.raises(WrongState):
            services.discard(file.pk, by=by(citizen))

    def test_another_ones_upload_cannot_be_claimed_or_discarded(self, citizen, stranger):
        file = services.store(upload(), citizen)
        for verb in (
            lambda: services.claim(file.pk, CASE, 7, by=by(stranger)),
            lambda: services.discard(file.pk, by=by(stranger)),
        ):
            with pytest.raises(NotAllowed):
                verb()

    def test_changed_bytes_are_noticed(self, citizen, private_folder):
        file = services.store(upload(), citizen)
        (on_disk,) = bytes_on_disk(private_folder)
        on_disk.write_bytes(samples.pdf().replace(b"595", b"596"))
        with pytest.raises(Conflict, match="不一致"):
            services.claim(file.pk, CASE, 7, by=by(citizen))

    def test_a_refused_or_unknown_file_is_not_claimed(self, citizen):
        with pytest.raises(Invalid):
            services.store(upload("假.pdf", b"x"), citizen)
        with pytest.raises(WrongState):
            services.claim(StoredFile.objects.get().pk, CASE, 7, by=by(citizen))
        for unknown in ("00000000-0000-0000-0000-000000000000", "nonsense"):
            with pytest.raises(Invalid, match="找不到"):
                services.claim(unknown, CASE, 7, by=by(citizen))

    def test_two_cases_at_once_claim_it_once(self, really_concurrent):
        file = services.store(upload(), None)
        outcomes = really_concurrent(
            *[lambda n=n: services.claim(file.pk, CASE, n, by=SYSTEM) for n in range(4)]
        )
        assert [o.ok for o in outcomes].count(True) == 1

    def test_what_the_hall_makes_is_claimed_at_once(self, db):
        file = services.keep(
            b"%PDF-x", name="决定书.pdf", content_type="application/pdf", subject_type=CASE, subject_id=7
        )
        assert file.state == FileState.CLAIMED
        assert services.open_bytes(file).read() == b"%PDF-x"


class TestSweeping:
    def test_unclaimed_files_go_after_a_day_with_their_bytes(self, transactional_db, private_folder):
        old, fresh, claimed = (services.store(upload(), None) for _i in range(3))
        services.claim(claimed.pk, CASE, 7, by=SYSTEM)
        yesterday = real_now() - dt.timedelta(hours=25)
        StoredFile.objects.filter(pk__in=[old.pk, claimed.pk]).update(uploaded_at=yesterday)
        assert tasks.sweep() == 1
        assert set(StoredFile.objects.all()) == {fresh, claimed}
        assert {p.name for p in bytes_on_disk(private_folder)} == {str(fresh.pk), str(claimed.pk)}
        assert tasks.sweep() == 0

    def test_bytes_of_a_transaction_that_failed_go_too(self, transactional_db, private_folder, monkeypatch):
        before = real_now() - dt.timedelta(hours=48)
        monkeypatch.setattr(services, "real_now", lambda: before)
        kept = services.keep(
            b"x", name="a.pdf", content_type="application/pdf", subject_type=CASE, subject_id=7
        )
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            services.store(upload(), None)
            1 / 0  # noqa: B018
        assert len(bytes_on_disk(private_folder)) == 2
        monkeypatch.undo()
        assert tasks.sweep() == 1
        assert [p.name for p in bytes_on_disk(private_folder)] == [str(kept.pk)]


class TestUploadPage:
    def test_json_for_scripts_and_a_list_item_for_htmx(self, client, citizen):
        client.force_login(citizen)
        told = client.post(reverse("files:upload"), {"file": upload()}).json()
        assert told["name"] == "证明.pdf"
        assert client.get(told["url"]).status_code == 200
        answer = client.post(
            reverse("files:upload"), {"file": upload(), "field": "m1"}, headers={"HX-Request": "true"}
        )
        assert 'name="m1"' in answer.content.decode()

    def test_a_refusal_is_said_in_words(self, client, citizen):
        client.force_login(citizen)
        answer = client.post(
            reverse("files:upload"),
            {"file": upload("假.pdf", samples.picture())},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 422
        assert "不符" in answer.json()["message"]
        assert StoredFile.objects.get().state == FileState.REFUSED
        assert client.post(reverse("files:upload"), headers={"Accept": "application/json"}).status_code == 422

    def test_who_is_nobody_uploads_nothing(self, client, db):
        assert client.post(reverse("files:upload"), {"file": upload()}).status_code == 403

    def test_a_draft_without_account_sees_its_own_files_only(self, client, db):
        session = client.session
        session[views.DRAFT_UPLOADS] = []
        session.save()
        told = client.post(reverse("files:upload"), {"file": upload()}).json()
        assert client.get(told["url"]).status_code == 200
        assert Client().get(told["url"]).status_code == 403


class TestReadingPage:
    def test_an_unclaimed_file_is_its_owners(self, client, citizen, stranger):
        file = services.store(upload(), citizen)
        where = reverse("files:file", args=[file.pk])
        assert client.get(where).status_code == 403
        client.force_login(stranger)
        assert client.get(where).status_code == 403
        client.force_login(citizen)
        assert b"".join(client.get(where).streaming_content) == samples.pdf()

    @pytest.mark.parametrize("may", [True, False])
    def test_a_claimed_file_is_read_by_leave_of_its_room(self, client, citizen, stranger, readable, may):
        readable(may)
        file = services.store(upload(), citizen)
        services.claim(file.pk, CASE, 7, by=by(citizen))
        client.force_login(stranger)
        assert client.get(reverse("files:file", args=[file.pk])).status_code == (200 if may else 403)

    def test_without_a_room_that_answers_nobody_reads(self, client, citizen, readable):
        file = services.store(upload(), citizen)
        services.claim(file.pk, "nobody.registered", 7, by=by(citizen))
        client.force_login(citizen)
        assert client.get(reverse("files:file", args=[file.pk])).status_code == 403

    def test_nothing_in_a_file_runs(self, client, citizen):
        client.force_login(citizen)
        for name, content, shown in (
            ("证.pdf", samples.pdf(), "inline"),
            ("图.png", samples.picture(), "inline"),
            ("表.docx", samples.package("docx"), "attachment"),
        ):
            file = services.store(upload(name, content), citizen)
            answer = client.get(reverse("files:file", args=[file.pk]))
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Disposition"].startswith(shown)
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert ("sandbox" in policy) == (not name.endswith("pdf"))
            answer = client.get(reverse("files:file", args=[file.pk]), {"download": "1"})
            assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_refused_and_missing_files_are_not_there(self, client, citizen, private_folder):
        client.force_login(citizen)
        with pytest.raises(Invalid):
            services.store(upload("假.pdf", b"x"), citizen)
        assert client.get(reverse("files:file", args=[StoredFile.objects.get().pk])).status_code == 404
        file = services.store(upload(), citizen)
        bytes_on_disk(private_folder)[0].unlink()
        assert client.get(reverse("files:file", args=[file.pk])).status_code == 404


class TestScanner:
    @pytest.fixture
    def clamd(self, settings, tmp_path):
        """`clamd(b"…")`: a daemon that answers so, and remembers what it was sent."""
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "clamd"))
        listener.listen()
        settings.HALL_CLAMD = f"unix:{tmp_path / 'clamd'}"
        seen = []

        def serve(answer):
            connection, _address = listener.accept()
            data = b""
            while not data.endswith(b"\0\0\0\0"):
                data += connection.recv(65536)
            seen.append(data)
            connection.sendall(answer)
            connection.close()

        def start(answer):
            threading.Thread(target=serve, args=(answer,), daemon=True).start()
            return seen

        yield start
        listener.close()

    def test_a_clean_file_is_taken(self, citizen, clamd):
        seen = clamd(b"stream: OK\0")
        assert services.store(upload(), citizen).state == FileState.CHECKED
        assert samples.pdf() in seen[0]

    def test_an_infected_file_is_refused(self, citizen, clamd, private_folder):
        clamd(b"stream: Eicar-Test-Signature FOUND\0")
        with pytest.raises(Invalid, match="病毒"):
            services.store(upload(), citizen)
        assert not bytes_on_disk(private_folder)

    def test_without_an_answer_nothing_is_taken_unseen(self, citizen, settings, tmp_path):
        settings.HALL_CLAMD = f"unix:{tmp_path / 'nobody'}"
        with pytest.raises(Conflict, match="暂时不可用"):
            services.store(upload(), citizen)
        assert not StoredFile.objects.exists()
