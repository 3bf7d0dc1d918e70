from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Cases (办件) from the counter and from home."""

    name = "applications"
    label = "applications"
    verbose_name = "办件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.files.readers import register_reader
        from matters.running import register_counter

        from .bundle_queries import may_read_page
        from .project_queries import may_read_consulted
        from .running import by_version
        from .services.bundle_intake import CLAIMED_AS as BUNDLE_PAGES
        from .services.filing import CLAIMED_AS
        from .services.project_consulting import CLAIMED_AS as CONSULTED_PAPERS
        from .viewers import may_read_material

        register_reader(CLAIMED_AS, may_read_material)
        register_reader(BUNDLE_PAGES, may_read_page)
        register_reader(CONSULTED_PAPERS, may_read_consulted)
        register_counter(by_version)
