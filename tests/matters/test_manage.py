"""The keepers' desk."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.people.models import User
from matters import services
from matters.choices import MatterState, VersionState
from matters.forms import VersionEditForm
from matters.forms.version import initial
from matters.importing.reading import read
from matters.models import Matter, MatterVersion

from .conftest import officer
from .test_importing import LIST


@pytest.fixture
def sit(client):
    """`sit(officer)`: the client is logged in as that officer."""

    def login(who):
        client.force_login(User.objects.get(pk=who.user_id))
        return client

    return login


def address(name, *args):
    return reverse(f"matters:{name}", args=args)


def posted(form):
    """What a browser sends for an untouched editor."""
    data = {}
    for name, value in form.initial.items():
        field = form.fields.get(name)
        if field is None or value is None or value is False:
            continue
        if hasattr(field, "columns"):
            for at, row in enumerate(value):
                data |= {f"{name}-{at}-{column.name}": row.get(column.name, "") for column in field.columns}
        else:
            data[name] = "on" if value is True else field.prepare_value(value)
    return data


class TestWho:
    @pytest.mark.parametrize("name", ["manage", "create", "manage_lists", "import", "import_template"])
    def test_only_keepers_come_in(self, client, sit, place, hall, keeper, name):
        assert client.get(address(name)).status_code == 302
        clerk = officer(place, "clerk", Role.CLERK, hall=hall)
        assert sit(clerk).get(address(name)).status_code == 403
        assert sit(keeper).get(address(name)).status_code == 200

    def test_another_places_matters_do_not_exist_for_a_keeper(self, sit, published):
        elsewhere = Jurisdiction.objects.create(
            slug="b", code="2", name="乙", short_name="乙", level="county"
        )
        desk = sit(officer(elsewhere, "stranger"))
        for name, key in (
            ("manage_matter", published.matter_id),
            ("version", published.pk),
            ("edit", published.pk),
        ):
            assert desk.get(address(name, key)).status_code == 404
        for name, key in (
            ("draft", published.matter_id),
            ("cancel", published.matter_id),
            ("approve", published.pk),
        ):
            assert desk.post(address(name, key)).status_code == 404


class TestCatalogue:
    def test_it_shows_the_health_of_each_matter(self, sit, keeper, published, some_matters, matter):
        text = sit(keeper).get(address("manage")).content.decode()
        assert published.matter.name in text
        assert "完整" in text
        assert "通用要素" in text

    @pytest.mark.parametrize(
        ("query", "there", "not_there"),
        [
            ({"q": "公司"}, "公司设立登记", "养老机构"),
            ({"certainty": "profile"}, "公司设立登记", "食品（含保健食品）经营许可核发"),
            ({"work": "draft"}, "没有符合条件的事项", "公司设立登记"),
            ({"kind": "07"}, "居民身份证补领", "公司设立登记"),
            ({"department": "x"}, "公司设立登记", "没有符合"),
        ],
    )
    def test_filters_narrow_it(self, sit, keeper, published, some_matters, query, there, not_there):
        text = sit(keeper).get(address("manage"), query).content.decode()
        assert there in text
        assert not_there not in text

    def test_its_queries_do_not_grow_with_rows(
        self, sit, keeper, some_matters, django_assert_max_num_queries
    ):
        desk = sit(keeper)
        with django_assert_max_num_queries(19):
            desk.get(address("manage"))


class TestAChange:
    def test_an_untouched_editor_changes_nothing(self, sit, keeper, published):
        desk = sit(keeper)
        desk.post(address("draft", published.matter_id))
        draft = MatterVersion.objects.get(state=VersionState.DRAFT)
        form = VersionEditForm(version=draft)
        answer = desk.post(address("edit", draft.pk), posted(form))
        assert answer.status_code == 302, answer.context["form"].errors
        text = desk.get(address("version", draft.pk)).content.decode()
        assert "没有不同" in text

    def test_a_promise_from_five_days_to_three(self, sit, keeper, second_keeper, published):
        desk = sit(keeper)
        desk.post(address("draft", published.matter_id))
        draft = MatterVersion.objects.get(state=VersionState.DRAFT)
        data = posted(VersionEditForm(version=draft))
        data |= {"promised_value": "3", "change_reason": "提速", "steps-1-limit_value": "2"}
        data |= {"steps-2-limit_value": "1", "steps-0-limit_value": "1"}
        assert desk.post(address("edit", draft.pk), data).status_code == 302
        text = desk.get(address("version", draft.pk)).content.decode()
        assert "5" in text
        assert "承诺办结时限" in text
        assert "完整" in text
        desk.post(address("submit", draft.pk))
        assert desk.post(address("approve", draft.pk)).status_code == 403  # the drafter
        second = sit(second_keeper)
        second.post(address("approve", draft.pk))
        second.post(address("publish", draft.pk), {"at": ""})
        assert MatterVersion.objects.in_force().get().promised_value == 3
        assert desk.get(address("compare", draft.pk, published.pk)).status_code == 200

    def test_what_is_incomplete_is_named_and_not_handed_over(self, sit, keeper, draft):
        services.change_draft(draft.pk, by=keeper, elements={"conditions": []})
        desk = sit(keeper)
        answer = desk.post(address("submit", draft.pk), follow=True)
        assert "先改正" in answer.content.decode()
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    def test_wrong_input_is_kept_and_named(self, sit, keeper, draft):
        data = posted(VersionEditForm(version=draft)) | {
            "promised_value": "0",
            "materials-0-name": "",
            "conditions": "刚写的条件",
        }
        answer = sit(keeper).post(address("edit", draft.pk), data)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "刚写的条件" in text
        assert "第1行：请填写名称" in text

    def test_what_the_verb_refuses_stands_beside_its_field(self, sit, keeper, draft):
        data = posted(VersionEditForm(version=draft)) | {"promised_value": "0"}
        text = sit(keeper).post(address("edit", draft.pk), data).content.decode()
        assert "即办件的承诺时限为0" in text

    def test_publishing_at_a_date(self, sit, keeper, second_keeper, draft):
        services.submit(draft.pk, by=keeper)
        services.approve(draft.pk, by=second_keeper)
        desk = sit(keeper)
        assert desk.post(address("publish", draft.pk), {"at": "soon"}).status_code in (409, 422)
        desk.post(address("publish", draft.pk), {"at": "2099-01-01T08:00"})
        draft.refresh_from_db()
        assert draft.valid_from.astimezone(dt.UTC).year in (2098, 2099)
        assert "待生效" in desk.get(address("manage_matter", draft.matter_id)).content.decode()

    def test_a_published_version_has_no_editor(self, sit, keeper, published):
        assert sit(keeper).get(address("edit", published.pk)).url == address("version", published.pk)

    def test_the_editor_shows_everything_it_saves(self, draft):
        assert set(initial(draft)) >= {"materials", "steps", "form_fields", "special_procedures"}


class TestAMatter:
    def test_entering_one_opens_its_first_draft(self, sit, keeper, organ):
        answer = sit(keeper).post(
            address("create"),
            {
                "name": "新事项",
                "kind": "01",
                "domain": "business",
                "level": "county",
                "department": organ.pk,
                "implementation_code": "NEW-1",
                "aliases": "甲\n乙",
            },
        )
        version = MatterVersion.objects.get()
        assert answer.url == address("edit", version.pk)
        assert version.matter.aliases == ["甲", "乙"]

    def test_a_taken_code_is_said_beside_the_form(self, sit, keeper, matter, organ):
        data = {
            "name": "又一个",
            "kind": "01",
            "domain": "business",
            "level": "county",
            "department": organ.pk,
            "implementation_code": matter.implementation_code,
        }
        answer = sit(keeper).post(address("create"), data)
        assert answer.status_code == 422
        assert "已有事项" in answer.content.decode()

    def test_suspend_resume_cancel(self, sit, keeper, published):
        desk, key = sit(keeper), published.matter_id
        assert desk.post(address("suspend", key), {"state-reason": ""}).status_code in (409, 422)
        desk.post(address("suspend", key), {"state-reason": "升级"})
        desk.post(address("resume", key), {"state-reason": "好了"})
        desk.post(address("cancel", key), {"state-reason": "国务院取消", "state-basis": "国发〔2020〕13号"})
        assert Matter.objects.get().state == MatterState.CANCELLED
        text = desk.get(address("manage_matter", key)).content.decode()
        assert "国务院取消" in text
        assert address("draft", key) not in text

    def test_names_and_lists(self, sit, keeper, published, place):
        desk, key = sit(keeper), published.matter_id
        desk.post(
            address("rename", key), {"names-name": "改名", "names-theme": "", "names-aliases": "别名一"}
        )
        assert Matter.objects.get().aliases == ["别名一"]
        desk.post(address("manage_lists"), {"code": "s0", "name": "首批", "published_total": "106"})
        found = place.matter_lists.get()
        desk.post(address("put_in_list", key), {"list-matter_list": found.pk, "list-role": "listed"})
        assert "首批" in desk.get(address("manage_matter", key)).content.decode()
        assert "与公布总数不一致" in desk.get(address("manage_lists")).content.decode()


class TestImport:
    def test_first_a_dry_run_then_the_same_file_for_good(self, sit, keeper, organ, place):
        services.set_list(place, "first", by=keeper, name="首批", published_total=2)
        desk = sit(keeper)

        def send(**data):
            file = SimpleUploadedFile("清单.csv", LIST.encode())
            return desk.post(address("import"), {"file": file, **data}, headers={"HX-Request": "true"})

        assert "没有写入" in send(**{"try": "1"}).content.decode()
        assert not Matter.objects.exists()
        assert "已写入" in send(apply="1").content.decode()
        assert Matter.objects.count() == 2
        assert MatterVersion.objects.filter(state="draft").count() == 2

    def test_a_file_that_cannot_be_read_is_refused_beside_the_field(self, sit, keeper):
        file = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
        text = sit(keeper).post(address("import"), {"file": file, "apply": "1"}).content.decode()
        assert "没有找到表头" in text

    def test_the_empty_file_can_be_read_back(self, sit, keeper, place):
        content = sit(keeper).get(address("import_template")).content
        assert read(content) == []
