from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = "部门审批"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications.viewers import register_viewer
        from hall.files.readers import register_reader

        from . import trace
        from .access import convened_may_see, reviewer_may_read, reviewer_may_see

        register_reader("applications.casematerial", reviewer_may_read)
        register_viewer(reviewer_may_see)
        register_viewer(convened_may_see)
        trace.register()
