"""What the database itself refuses about posts, should anything go round the verbs."""

from __future__ import annotations

from .choices import ADMINISTRATORS, CASE_HANDLERS, Role


def keep_administrators_apart() -> str:
    """Body of a trigger: nobody holds two administrator posts at once, nor one beside a case (三员分立).

    The user's row is locked first, so that two posts given at the same moment see each other.
    """
    administrators, handlers = _sql(ADMINISTRATORS), _sql(CASE_HANDLERS)
    return f"""
        IF NEW.role IN ({administrators}, {handlers}) THEN
            PERFORM 1 FROM people_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
            SELECT held.role INTO clash FROM organisation_post held
            WHERE held.user_id = NEW.user_id
              AND held.id IS DISTINCT FROM NEW.id
              AND held.role <> NEW.role
              AND daterange(held.starts_on, held.ends_on, '[]') && daterange(NEW.starts_on, NEW.ends_on, '[]')
              AND (
                (NEW.role IN ({administrators}) AND held.role IN ({administrators}, {handlers}))
                OR (NEW.role IN ({handlers}) AND held.role IN ({administrators}))
              )
            LIMIT 1;
            IF clash IS NOT NULL THEN
                RAISE EXCEPTION 'a holder of % cannot hold % at the same time', clash, NEW.role
                USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'post_keeps_administrators_apart';
            END IF;
        END IF;
        RETURN NEW;
    """  # noqa: S608 made of our own choices only


def _sql(roles: set[Role]) -> str:
    return ", ".join(f"'{role}'" for role in sorted(role.value for role in roles))
