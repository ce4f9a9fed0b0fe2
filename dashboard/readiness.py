"""What the first pages would wait for, made ready while nobody waits."""

from flask import Flask

from ecg.readiness import compile_loops, compile_review


def make_ready(app: Flask) -> None:
    """Load the loops behind tiles and edits, and compile the templates. Takes a second or two of a core; pages are
    answered meanwhile, and the sooner it is done the fewer of them wait for it themselves.
    """
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    compile_loops()
    compile_review()
