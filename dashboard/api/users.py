"""People with an account, for administrators."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auth.door import door
from auth.forms import complaints
from auth.needs import Need
from auth.people import add, change, delete, reset_password
from auth.people_forms import NewPersonForm, PersonForm, ResetForm
from auth.permission import require
from auth.roles import TREATING, Action, ObjectKind, Role, Thing
from dashboard.api.asking import check_version, deed, nothing, stale
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, PageQuery, Text, page, place_of
from dashboard.api.problems import ProblemError, invalid_fields
from db.people import PersonView, patients_in_care, people_after, person, person_by_name, wards_with_member

Form = TypeVar("Form", bound=PersonForm)
SEE, CHANGE = Need(Action.VIEW, ObjectKind.USER), Need(Action.CHANGE, ObjectKind.USER)


class User(BaseModel):
    """A person with an account."""

    id: int
    name: str = Field(description="The user name, in lower case; it never changes.")
    full_name: str
    role: str
    email: str | None
    phone: str | None
    language: str | None
    must_change_password: bool
    patients_in_care: int
    version: int


class UserDetails(User):
    """A person with the wards and patients that he or she is connected with."""

    wards: list[int]
    patients: list[int]


class Account(BaseModel):
    """What an administrator says of a person."""

    model_config = ConfigDict(extra="forbid")

    full_name: str = Field(max_length=200)
    role: Role
    email: str | None = Field(None, max_length=254)
    phone: str | None = Field(None, max_length=32, description="With its country: +86 138 0013 8000.")
    wards: list[int] = Field(default_factory=list, max_length=500, description="Where a doctor or nurse works.")
    patients: list[int] = Field(default_factory=list, max_length=500, description="In care; a patient's own number.")


class NewAccount(Account):
    """A new person; the password must be changed at the first login."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class NewPassword(BaseModel):
    """A password that an administrator sets; it must be changed at the next login."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(max_length=1000)


class UserQuery(PageQuery):
    """Which people."""

    search: Text = Field("", description="Part of the user name, name, e-mail or phone.")


class HandOver(BaseModel):
    """Who takes the patients of a deleted person over."""

    model_config = ConfigDict(extra="forbid")

    successor: int | None = Field(None, ge=1, le=2**31 - 1, description="Number of a doctor or nurse.")


def _of(action: Action, user: int) -> PersonView:
    known = person(door().engine, user)
    require(action, ObjectKind.USER, Thing(ObjectKind.USER, user=user) if known else None)
    assert known is not None
    return known


def _seen(user: int) -> PersonView:
    return _of(Action.VIEW, user)


def _changed(user: int) -> PersonView:
    return _of(Action.CHANGE, user)


def _plain(of: PersonView) -> dict[str, Any]:
    facts = {name: getattr(of, name) for name in ("id", "name", "full_name", "role", "email", "phone", "language")}
    return {**facts, "must_change_password": of.must_change, "patients_in_care": of.patients, "version": of.version}


def _details(user_id: int) -> Reply:
    of = person(door().engine, user_id)
    assert of is not None
    wards = [ward for ward, _, works in wards_with_member(door().engine, user_id) if works]
    patients = [number for number, _ in patients_in_care(door().engine, user_id)]
    return Reply(UserDetails(**_plain(of), wards=wards, patients=patients), version=of.version)


def _list(call: Call[None, UserQuery, Nothing]) -> Reply:
    (after,) = place_of(call.query.cursor, (int,)) or (0,)
    found = people_after(door().engine, call.query.search, int(after), call.query.limit + 1)
    return Reply(page(found, call.query.limit, lambda of: User(**_plain(of)), lambda of: (of.id,)))


def _get(call: Call[PersonView, Nothing, Nothing]) -> Reply:
    return _details(call.found.id)


def _add(call: Call[None, Nothing, NewAccount]) -> Reply:
    form = _form(NewPersonForm, call.body)
    wrong = add(door().engine, form, deed())
    if wrong:
        raise invalid_fields(wrong, 409)
    made = person_by_name(door().engine, form.name)
    assert made is not None
    return Reply(User(**_plain(made)), 201, made.version, {"Location": f"/api/v1/users/{made.id}"})


def _change(call: Call[PersonView, Nothing, Account]) -> Reply:
    check_version(call.version, call.found.version)
    wrong = change(door().engine, call.found, call.found.version, _form(PersonForm, call.body), deed())
    if "version" in wrong:
        raise stale()
    if wrong:
        raise invalid_fields(wrong, 409)
    return _details(call.found.id)


def _reset(call: Call[PersonView, Nothing, NewPassword]) -> Reply:
    try:
        form = ResetForm(password=call.body.password)
    except ValidationError as error:
        raise invalid_fields(complaints(error)) from None
    if deed().user_id == call.found.id:
        raise ProblemError(409, "own-password", "Your own password is changed on the page /account/password.")
    reset_password(door().engine, call.found, form.password, deed())
    return Reply(None, 204)


def _delete(call: Call[PersonView, HandOver, Nothing]) -> Reply:
    check_version(call.version, call.found.version)
    successor = call.query.successor
    taker = person(door().engine, successor) if successor is not None else None
    if successor is not None and (taker is None or taker.role not in TREATING or taker.id == call.found.id):
        raise invalid_fields({"successor": "Name a doctor or nurse who is there, and somebody else."})
    wrong = delete(door().engine, call.found, successor, deed())
    if wrong:
        raise invalid_fields(wrong, 409)
    return Reply(None, 204)


def _form(form: type[Form], body: Account) -> Form:
    """The house's own form of what was sent."""
    typed = {**body.model_dump(exclude={"patients"}), "patients": ",".join(str(each) for each in body.patients)}
    try:
        return form.model_validate({**typed, "email": body.email or "", "phone": body.phone or ""})
    except ValidationError as error:
        raise invalid_fields(complaints(error)) from None


_ONE = "/users/{user}"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/users", "list_users", "users", "List people"),
        SEE,
        nothing,
        _list,
        Page[User],
        UserQuery,
        Nothing,
    ),
    Operation(
        Route("POST", "/users", "add_user", "users", "Add a person"),
        CHANGE,
        nothing,
        _add,
        User,
        Nothing,
        NewAccount,
        201,
    ),
    Operation(Route("GET", _ONE, "get_user", "users", "Get a person"), SEE, _seen, _get, UserDetails, Nothing, Nothing),
    Operation(
        Route("PUT", _ONE, "change_user", "users", "Change a person"),
        CHANGE,
        _changed,
        _change,
        UserDetails,
        Nothing,
        Account,
        needs_version=True,
    ),
    Operation(
        Route("DELETE", _ONE, "delete_user", "users", "Delete a person and hand the patients over"),
        CHANGE,
        _changed,
        _delete,
        None,
        HandOver,
        Nothing,
        204,
        needs_version=True,
    ),
    Operation(
        Route("POST", f"{_ONE}/password", "reset_password", "users", "Set another's password; ends logins and tokens"),
        CHANGE,
        _changed,
        _reset,
        None,
        Nothing,
        NewPassword,
        204,
    ),
]
