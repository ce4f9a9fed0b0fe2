"""WFDB records: a header and its signal files in one folder. The checks are those of `streaming.records`."""

from pathlib import Path

import numpy as np
import wfdb

from ecg.errors import RecordError
from streaming.files.facts import Choice, FileRefusedError, LeadFacts, Look, ReadLead, Run, checked_length, checked_rate
from streaming.files.fitting import thinned
from streaming.records import checked_header, read_record

PREVIEW_SECONDS = 10.0


def look_at_wfdb(header_path: Path) -> Look:
    """What the record offers. Raises FileRefusedError."""
    record = header_path.with_suffix("")
    try:
        header = checked_header(record)
    except RecordError as error:
        raise FileRefusedError("wfdb", why=_without_path(error, header_path)) from error
    begun = header.base_datetime
    leads = tuple(_lead(record, header, lead) for lead in range(header.n_sig))
    return Look("wfdb", leads, begun.isoformat() if begun else None)


def read_wfdb(header_path: Path, choice: Choice, out: Path) -> ReadLead:
    """Write the lead's samples to `out`; rate and gain are the header's. Raises FileRefusedError."""
    try:
        lead = read_record(header_path.with_suffix(""), choice.lead)
    except RecordError as error:
        raise FileRefusedError("wfdb", why=_without_path(error, header_path)) from error
    checked_length(len(lead.samples), checked_rate(lead.rate))
    lead.samples.astype("<i2", copy=False).tofile(out)
    return ReadLead(lead.lead_name, lead.rate, lead.gain, (Run(0, len(lead.samples)),))


def _lead(record: Path, header: wfdb.Record, lead: int) -> LeadFacts:
    per_frame = header.samps_per_frame[lead]
    rate = float(header.fs) * per_frame
    frames = min(header.sig_len or 0, int(PREVIEW_SECONDS * header.fs)) or 1
    try:
        part = wfdb.rdrecord(str(record), channels=[lead], smooth_frames=False, sampto=frames)
        values = np.asarray(part.e_p_signal[0], np.float64)
    except Exception as error:  # the library raises whatever its parsing meets
        raise FileRefusedError("wfdb", why=type(error).__name__) from error
    name = str(header.sig_name[lead] or lead)
    samples = (header.sig_len or 0) * per_frame
    return LeadFacts(name, samples, rate, header.units[lead], thinned(values), len(values) / rate)


def _without_path(error: RecordError, header_path: Path) -> str:
    """The sentence of the error without the folder, which tells nobody anything."""
    return str(error).replace(f"{header_path.parent}/", "")
