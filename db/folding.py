"""Small letters of any script, in the words of SQLite and of PostgreSQL, whatever locale the database was made with."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class folded(FunctionElement[str]):  # noqa: N801  (it reads like a function of SQL)
    """`lower` of a text. SQLite's own knows ASCII only; `db.engine` gives it another."""

    name = "folded"
    type = String()
    inherit_cache = True


@compiles(folded)
def _lower(element: folded, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    return f"lower({compiler.process(element.clauses, **more)})"


@compiles(folded, "postgresql")
def _lower_of_icu(element: folded, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    """In a database made with the locale C, PostgreSQL's default collation knows ASCII only."""
    return f'lower(({compiler.process(element.clauses, **more)}) COLLATE "und-x-icu")'


def has(text: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Whether a text contains a word, which is in small letters."""
    return folded(text).contains(word, autoescape=True)
