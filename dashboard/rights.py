"""The right that each route of the web application needs. A route that is not here is shut. Pure."""

from auth.needs import FILES, OWN_ACCOUNT, Need
from auth.roles import Action, ObjectKind

_WALL = Need(Action.VIEW, ObjectKind.WARD)
_PATIENT = Need(Action.VIEW, ObjectKind.PATIENT)
_RECORDING = Need(Action.VIEW, ObjectKind.RECORDING)
_LIMIT = Need(Action.CHANGE, ObjectKind.LIMIT)
_ALERT = Need(Action.CHANGE, ObjectKind.ALERT)
_MARK = Need(Action.CHANGE, ObjectKind.MARK)
_SEE_UPLOAD, _UPLOAD = Need(Action.VIEW, ObjectKind.UPLOAD), Need(Action.CHANGE, ObjectKind.UPLOAD)
_REPORT, _WRITE_REPORT = Need(Action.VIEW, ObjectKind.REPORT), Need(Action.CHANGE, ObjectKind.REPORT)
_ANALYSIS = Need(Action.CHANGE, ObjectKind.ANALYSIS)
_CHANGE_RECORDING = Need(Action.CHANGE, ObjectKind.RECORDING)

_AUDIT = Need(Action.VIEW, ObjectKind.AUDIT)
_WALLS = Need(Action.CHANGE, ObjectKind.WALL)
_ORDER = Need(Action.CHANGE, ObjectKind.WARD)

_SEE_ADMISSION, _ADMISSION = Need(Action.VIEW, ObjectKind.ADMISSION), Need(Action.CHANGE, ObjectKind.ADMISSION)
_MANAGE_ADMISSION = Need(Action.MANAGE, ObjectKind.ADMISSION)
_DEVICE, _MANAGE_DEVICE = Need(Action.CHANGE, ObjectKind.DEVICE), Need(Action.MANAGE, ObjectKind.DEVICE)


def _dash(prefix: str, need: Need) -> dict[str, Need]:
    """The routes that Dash adds under a prefix."""
    parts = ("_dash-layout", "_dash-dependencies", "_dash-update-component", "_reload-hash", "_favicon.ico")
    files = "_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
    names = ["", "<path:path>", files, *parts]
    return {f"{prefix}{name}": need for name in names} | {f"_{prefix.strip('/')}_dash_assets.static": need}


NEEDS: dict[str, Need] = {
    "static": FILES,
    "home": FILES,
    "me": OWN_ACCOUNT,
    "wall": _WALL,
    "wall-edition": _WALL,
    "why": _RECORDING,
    "why_from": _RECORDING,
    "why_newest": _RECORDING,
    "correct_beat": Need(Action.CHANGE, ObjectKind.CORRECTION),
    "edits": _RECORDING,
    "beat_shapes": _RECORDING,
    "edit_beats": Need(Action.CHANGE, ObjectKind.CORRECTION),
    "overview": _RECORDING,
    "strip": _RECORDING,
    "strip_tile": _RECORDING,
    "signs": _RECORDING,
    "marks": Need(Action.VIEW, ObjectKind.MARK),
    "pin_mark": _MARK,
    "delete_mark": _MARK,
    "restore_mark": _MARK,
    "limit": _LIMIT,
    "set_limit": _LIMIT,
    "alert_acts": _ALERT,
    "alerts": _ALERT,
    "alert_queue": _ALERT,
    "alert_case": _ALERT,
    "alert_handover": _ALERT,
    "alert_statistics": _ALERT,
    "alert_statistics_today": _ALERT,
    "notices": _ALERT,
    "set_notices": _ALERT,
    "test_notice": _ALERT,
    "alert_list": Need(Action.VIEW, ObjectKind.ALERT),
    "upload": _SEE_UPLOAD,
    "uploads": _SEE_UPLOAD,
    "begin_upload": _UPLOAD,
    "append_upload": _UPLOAD,
    "add_to_upload": _UPLOAD,
    "finish_upload": _UPLOAD,
    "choose_upload": _UPLOAD,
    "remove_upload": _UPLOAD,
    "result": _RECORDING,
    "result_facts": _RECORDING,
    "result_beats": _RECORDING,
    "result_timeline": _RECORDING,
    "result_figures": _RECORDING,
    "result_difference": _RECORDING,
    "ask_analysis": _ANALYSIS,
    "ask_analyses": _ANALYSIS,
    "cancel_analysis": _ANALYSIS,
    "report": _REPORT,
    "report_pdf": _REPORT,
    **{f"{act}_report": _WRITE_REPORT for act in ("begin", "write", "approve", "sign", "release", "retract")},
    **dict.fromkeys(("export", "export_now"), _RECORDING),
    **dict.fromkeys(("exports", "fetch_export"), Need(Action.VIEW, ObjectKind.EXPORT)),
    **dict.fromkeys(("ask_export", "remove_export"), Need(Action.CHANGE, ObjectKind.EXPORT)),
    "withdraw_report": Need(Action.MANAGE, ObjectKind.REPORT),
    "walls": _WALLS,
    "offer_wall": _WALLS,
    "rename_wall": _WALLS,
    "change_wall": _WALLS,
    "audit": _AUDIT,
    "audit_export": _AUDIT,
    "check_audit": _AUDIT,
    "bed_order": _ORDER,
    "arrange_beds": _ORDER,
    "patients": _SEE_ADMISSION,
    "patient": _SEE_ADMISSION,
    "change_patient": _ADMISSION,
    "admit_patient": _ADMISSION,
    "discharge_patient": _ADMISSION,
    "set_consent": _ADMISSION,
    "connect_device": _DEVICE,
    **dict.fromkeys(("new_patient", "add_patient", "deleted_patients", "begin_care", "end_care"), _MANAGE_ADMISSION),
    **dict.fromkeys(("show_delete_patient", "delete_patient", "restore_patient"), _MANAGE_ADMISSION),
    "devices": Need(Action.VIEW, ObjectKind.DEVICE),
    "device": Need(Action.VIEW, ObjectKind.DEVICE),
    "add_device": _MANAGE_DEVICE,
    "give_device": _MANAGE_DEVICE,
    "change_device": _DEVICE,
    "ward_rules": _ORDER,
    "set_ward_limit": _ORDER,
    "set_ward_plan": _ORDER,
    "recordings": _RECORDING,
    "recordings_of_patient": _RECORDING,
    "recording_details": _RECORDING,
    "change_recording": _CHANGE_RECORDING,
    "delete_recording": _CHANGE_RECORDING,
    "restore_recording": _CHANGE_RECORDING,
    **_dash("/patient/", _PATIENT),
    **_dash("/recordings/", _RECORDING),
}
"""Endpoint -> what the role must be allowed; whose the object is, the page itself asks."""
