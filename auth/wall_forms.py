"""What administrators type about walls, checked field by field."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from words import t

MAX_NAME = 64


def _check_name(name: str) -> str:
    if not name:
        raise PydanticCustomError("wardbeat", "{sentence}", {"sentence": t("walls.write_name")})
    if len(name) > MAX_NAME:
        raise PydanticCustomError("wardbeat", "{sentence}", {"sentence": t("form.at_most", count=MAX_NAME)})
    if not name.isprintable():
        raise PydanticCustomError("wardbeat", "{sentence}", {"sentence": t("walls.printable")})
    return name


class WallForm(BaseModel):
    """Where a wall hangs, as its list shows it."""

    name: Annotated[str, BeforeValidator(str.strip), AfterValidator(_check_name)]
