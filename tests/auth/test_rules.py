"""The pure floor: roles, passwords, slowing down, origins, tokens."""

import time
from dataclasses import replace

import pytest

from auth.once import OnceInAWhile
from auth.origin import form_token, form_token_fits, is_foreign, is_local_path
from auth.passwords import hash_password, needs_new_hash, password_fits
from auth.roles import ALLOWED, STAFF, Action, Identity, Machine, ObjectKind, Role, Thing, Verdict, judge, may, role_may
from auth.slowdown import FORGET_MS, MAX_KEYS, SlowDown
from auth.tokens import new_token, sha256

TREATING = [role for role in Role if role in STAFF]
MINE = Thing(ObjectKind.PATIENT, "4B", 1)
THEIRS = Thing(ObjectKind.PATIENT, "5C", 2)
IN_NO_BED = Thing(ObjectKind.PATIENT, None, 3)
BY_WARD = Identity(Role.DOCTOR, 7, frozenset({"4B"}))
BY_NAME = Identity(Role.NURSE, 8, frozenset(), frozenset({1}))


@pytest.mark.parametrize("who", [BY_WARD, BY_NAME, Identity(Role.PATIENT, 9, patients=frozenset({1}))])
def test_one_sees_whom_one_is_connected_with_and_nobody_else_is_there(who: Identity) -> None:
    for kind in (ObjectKind.PATIENT, ObjectKind.RECORDING, ObjectKind.BED, ObjectKind.ALERT):
        assert judge(who, Action.VIEW, kind, replace(MINE, kind=kind)) is Verdict.ALLOWED
        for other in (replace(THEIRS, kind=kind), replace(IN_NO_BED, kind=kind), Thing(kind), None):
            assert judge(who, Action.VIEW, kind, other) is Verdict.ABSENT


def test_a_new_doctor_sees_nobody_and_an_administrator_everybody() -> None:
    assert not any(may(Identity(Role.DOCTOR, 7), Action.VIEW, thing) for thing in (MINE, THEIRS, IN_NO_BED))
    assert all(may(Identity(Role.ADMINISTRATOR, 1), Action.VIEW, thing) for thing in (MINE, THEIRS, IN_NO_BED))
    assert judge(Identity(Role.ADMINISTRATOR, 1), Action.VIEW, ObjectKind.PATIENT, None) is Verdict.ABSENT


def test_an_object_of_another_kind_is_no_answer() -> None:
    assert judge(BY_WARD, Action.VIEW, ObjectKind.RECORDING, MINE) is Verdict.ABSENT


def test_treating_sets_limits_and_marks_and_acknowledges_and_being_treated_does_not() -> None:
    for kind in (ObjectKind.LIMIT, ObjectKind.MARK, ObjectKind.ALERT):
        assert [role for role in Role if role_may(role, Action.CHANGE, kind)] == TREATING
    assert not role_may(Role.NURSE, Action.CHANGE, ObjectKind.PATIENT)


def test_doctors_write_about_recordings_and_nobody_changes_the_audit_trail() -> None:
    who = [role for role in (*Role, *Machine) if role_may(role, Action.CHANGE, ObjectKind.RECORDING)]
    assert who == [Role.ADMINISTRATOR, Role.DOCTOR]
    assert not any(role_may(role, Action.CHANGE, ObjectKind.AUDIT) for role in (*Role, *Machine))


def test_only_the_administrator_sees_users_and_audit() -> None:
    for kind in (ObjectKind.USER, ObjectKind.AUDIT, ObjectKind.WALL):
        assert [role for role in Role if role_may(role, Action.VIEW, kind)] == [Role.ADMINISTRATOR]


def test_an_account_is_its_persons_alone_administrators_too() -> None:
    for role in Role:
        assert may(Identity(role, 7), Action.CHANGE, Thing(ObjectKind.ACCOUNT, user=7))
        assert not may(Identity(role, 7), Action.CHANGE, Thing(ObjectKind.ACCOUNT, user=8))
        assert not may(Identity(role), Action.CHANGE, Thing(ObjectKind.ACCOUNT))


def test_an_unknown_role_may_nothing_and_every_role_is_in_the_table() -> None:
    assert not any(role_may("cleaner", action, kind) for action in Action for kind in ObjectKind)
    assert judge(Identity("cleaner", 7), Action.VIEW, ObjectKind.PATIENT, MINE) is Verdict.REFUSED
    assert set(ALLOWED) == {(role, action) for role in (*Role, *Machine) for action in Action}


def test_a_wall_may_look_at_the_beds_of_its_ward_and_nothing_else() -> None:
    wall = Identity(Machine.WALL, wards=frozenset({"4B"}))
    things = [Thing(kind, "4B", 1) for kind in ObjectKind if kind is not ObjectKind.HOUSE]
    allowed = [(action, thing.kind) for action in Action for thing in things if may(wall, action, thing)]
    assert allowed == [(Action.VIEW, ObjectKind.WARD), (Action.VIEW, ObjectKind.BED)]
    assert not may(wall, Action.VIEW, Thing(ObjectKind.BED, "5C", 2))


def test_a_wall_that_may_show_names_may_do_just_that_beside_it() -> None:
    wall = Identity(Machine.NAMING_WALL, wards=frozenset({"4B"}))
    things = [Thing(kind, "4B", 1) for kind in ObjectKind if kind is not ObjectKind.HOUSE]
    allowed = {(action, thing.kind) for action in Action for thing in things if may(wall, action, thing)}
    assert allowed == {(Action.VIEW, kind) for kind in (ObjectKind.WARD, ObjectKind.BED, ObjectKind.NAME)}
    assert not may(wall, Action.VIEW, Thing(ObjectKind.NAME, "5C", 2))


def test_the_same_refusal_is_said_once_a_minute() -> None:
    once = OnceInAWhile()
    assert [once.is_new("a", now) for now in (0, 59_999, 60_000, 60_001)] == [True, False, True, False]
    assert once.is_new("b", 60_001)


def test_a_password_fits_its_own_hash_only() -> None:
    kept = hash_password("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert kept != hash_password("correct horse battery")
    assert password_fits(kept, "correct horse battery")
    assert not password_fits(kept, "correct horse batterz")
    assert not password_fits("no hash at all", "correct horse battery")
    assert not needs_new_hash(kept)


def test_the_same_letter_from_another_keyboard_fits() -> None:
    assert password_fits(hash_password("gru\u0308ne Wiesen"), "gr\u00fcne Wiesen")


def test_a_name_that_nobody_has_takes_as_long_as_a_wrong_password() -> None:
    kept = hash_password("correct horse battery")

    def cost(password_hash: str | None) -> float:
        began = time.process_time()  # of the processor: what others do on this machine is not our cost
        assert not password_fits(password_hash, "wrong")
        return time.process_time() - began

    cost(None)
    known, unknown = (min(cost(which) for _ in range(5)) for which in (kept, None))
    assert 0.4 < unknown / known < 2.5


def test_attempts_wait_longer_and_longer() -> None:
    slow, now, waits = SlowDown(free=3, first_wait_ms=1_000, longest_wait_ms=5_000), 0, []
    for _ in range(8):
        wait = slow.receive("ada", now)
        waits.append(wait)
        now += wait
        assert not wait or slow.receive("ada", now) == 0
    assert waits == [0, 0, 0, 1_000, 2_000, 4_000, 5_000, 5_000]


def test_accounts_do_not_slow_each_other_and_are_forgotten() -> None:
    slow = SlowDown(free=1)
    assert slow.receive("ada", 0) == 0
    assert slow.receive("ada", 1) > 0
    assert slow.receive("eve", 1) == 0
    slow.forget("ada")
    assert slow.receive("ada", 2) == 0
    assert slow.receive("ada", 2 + FORGET_MS + 1) == 0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    slow = SlowDown(free=1)
    for number in range(MAX_KEYS + 50):
        slow.receive(str(number), number)
    assert slow.receive("0", MAX_KEYS) == 0
    assert slow.receive(str(MAX_KEYS + 40), MAX_KEYS + 50) > 0


def test_only_other_sites_are_foreign() -> None:
    ours = {"https://ward.example"}
    assert not is_foreign("POST", "https://ward.example", ours)
    assert not is_foreign("POST", None, ours)
    assert not is_foreign("GET", "https://evil.example", ours)
    assert is_foreign("POST", "https://ward.example.evil", ours)
    assert is_foreign("DELETE", "null", ours)


@pytest.mark.parametrize(
    ("target", "local"), [("/", True), ("/a?b=c", True), ("", False), ("a", False), ("//e", False)]
)
def test_local_paths(target: str, local: bool) -> None:
    assert is_local_path(target) is local


@pytest.mark.parametrize("target", ["/\\e", "https://e", "/\t/e", "/\n/e", "javascript:x"])
def test_disguised_paths_are_not_local(target: str) -> None:
    assert not is_local_path(target)


def test_a_form_fits_the_cookie_it_was_made_for() -> None:
    token = form_token("secret", "cookie")
    assert form_token_fits("secret", "cookie", token)
    assert not form_token_fits("secret", "another", token)
    assert not form_token_fits("secret", "cookie", "é")
    assert not form_token_fits("secret", None, token)
    assert not form_token_fits("secret", "cookie", None)


def test_tokens_are_long_and_never_the_same() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) == 43
    assert sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
