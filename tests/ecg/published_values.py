"""What published libraries say of the series of `tests.ecg.nn_series`: writes published_values.json beside this file.

    pip install neurokit2==0.2.13 hrv-analysis==1.0.5 pyhrv==0.5.0 "nolds<0.6" "numpy<2.4" peakutils
    WARDBEAT_DATA_DIR=... python -m tests.ecg.published_values

They need older versions of libraries that Wardbeat uses, so they live in an environment of their own and the table
stays. Where a library defines a number in another way, its own number is in the table and the test converts:

- NeuroKit2 divides the count of pNN50 by the number of NN intervals; Wardbeat, hrv-analysis and pyHRV by that of their
  differences.
- hrv-analysis takes SD2 from SDNN and SD1 (2 SDNN² - SD1²), the others from the sums of neighbours. pyHRV has n in the
  denominator of SD1 and SD2, the others n - 1.
- hrv-analysis has bins of 8 ms from 300 ms on, pyHRV bins from the shortest interval on: their triangular index is
  not compared. NeuroKit2 has bins of 1/128 s from 0 on, as Wardbeat.
- hrv-analysis and NeuroKit2 (both through astropy) do not scale the Lomb-Scargle periodogram to ms²/Hz: a constant
  factor. They sum a band from the first to the last of their frequencies in it, up to 1.3 mHz less than the band: on
  these series up to 5 % of LF. So the table holds their density summed to the edges of the bands, and what they print
  themselves as lf_printed.
- pyHRV 0.5.0 evaluates it at angular frequencies 2π/f where 2πf is meant: its powers are not compared.
"""

import importlib
import itertools
import json
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tests.ecg.nn_series import MADE_UP, RECORDS, Series, made_up, of_record

TABLE = Path(__file__).with_name("published_values.json")
Values = dict[str, float]


def whole_bands(hertz: Series, density: Series) -> Values:
    """The integral of `density` between the very edges of the bands."""
    edges = (1 / 300, 0.04, 0.15, 0.40)
    fine = np.unique(np.concatenate([hertz[(hertz > edges[0]) & (hertz < edges[-1])], edges]))
    values = np.interp(fine, hertz, density)
    bands = [(fine >= low) & (fine <= high) for low, high in itertools.pairwise(edges)]
    vlf, lf, hf = (float(np.trapezoid(values[band], fine[band])) for band in bands)
    return {"lf": lf, "hf": hf, "lf_hf": lf / hf, "total_power": vlf + lf + hf}


def neurokit2_sets(series: Series) -> tuple[Any, Any]:
    """NeuroKit2's numbers of the time domain and of the spectrum, of NN intervals in ms."""
    library: Any = importlib.import_module("neurokit2")
    given = {"RRI": series, "RRI_Time": np.cumsum(series) / 1000}
    bands = {"ulf": (0, 1 / 300), "vlf": (1 / 300, 0.04), "psd_method": "lomb", "normalize": False, "silent": True}
    power = library.hrv_frequency(given, interpolation_rate=None, **bands)
    return library.hrv_time(given).iloc[0], power.iloc[0]


def neurokit2(series: Series) -> Values:
    """The numbers of NeuroKit2."""
    library: Any = importlib.import_module("neurokit2")
    time, power = neurokit2_sets(series)
    ends = np.cumsum(series) / 1000
    shape = library.hrv_nonlinear({"RRI": series, "RRI_Time": ends}).iloc[0]
    density = library.signal_psd(series, method="lomb", t=ends, min_frequency=0.001, normalize=False)
    return {
        "rr_mean": time["HRV_MeanNN"],
        "sdnn": time["HRV_SDNN"],
        "rmssd": time["HRV_RMSSD"],
        "pnn50": time["HRV_pNN50"],
        "triangular_index": time["HRV_HTI"],
        "sd1": shape["HRV_SD1"],
        "sd2": shape["HRV_SD2"],
        "lf_printed": power["HRV_LF"],
    } | whole_bands(density["Frequency"].to_numpy(), density["Power"].to_numpy())


def hrv_analysis(series: Series) -> Values:
    """The numbers of hrv-analysis as it prints them."""
    library: Any = importlib.import_module("hrvanalysis")
    given = series.tolist()
    time = library.get_time_domain_features(given)
    shape = library.get_poincare_plot_features(given)
    power = library.get_frequency_domain_features(given, method="lomb")
    return {
        "rr_mean": time["mean_nni"],
        "sdnn": time["sdnn"],
        "rmssd": time["rmssd"],
        "pnn50": time["pnni_50"],
        "sd1": shape["sd1"],
        "sd2": shape["sd2"],
        "lf_printed": power["lf"],
    }


def hrv_analysis_whole(series: Series) -> Values:
    """The numbers of hrv-analysis, and its density up to the edges of the bands."""
    library: Any = importlib.import_module("hrvanalysis.extract_features")
    band = {"vlf_band": (0.001, 0.04), "hf_band": (0.15, 0.41)}
    density = library._get_freq_psd_from_nn_intervals(series.tolist(), method="lomb", **band)
    return hrv_analysis(series) | whole_bands(*density)


def pyhrv(series: Series) -> Values:
    """The numbers of pyHRV that are defined as ours."""
    time: Any = importlib.import_module("pyhrv.time_domain")
    shape: Any = importlib.import_module("pyhrv.nonlinear")
    poincare = shape.poincare(nni=series, mode="dev")
    return {
        "rr_mean": time.nni_parameters(series)["nni_mean"],
        "sdnn": time.sdnn(series)["sdnn"],
        "rmssd": time.rmssd(series)["rmssd"],
        "pnn50": time.nn50(series)["pnn50"],
        "sd1": poincare["sd1"],
        "sd2": poincare["sd2"],
    }


LIBRARIES: dict[str, Callable[[Series], Values]] = {
    "neurokit2": neurokit2,
    "hrv-analysis": hrv_analysis_whole,
    "pyhrv": pyhrv,
}


def all_series() -> dict[str, Series]:
    """The series by name; records are missing without WARDBEAT_DATA_DIR."""
    named = {f"made up {seed}": made_up(seed) for seed in range(MADE_UP)}
    found = {f"MIT-BIH {name}": of_record(name) for name in RECORDS}
    return named | {name: series for name, series in found.items() if series is not None}


def main() -> None:
    """Write the table."""
    warnings.simplefilter("ignore")
    table = {
        f"{library} {version(library)}": {
            name: {number: round(float(value), 6) for number, value in values(series).items()}
            for name, series in all_series().items()
        }
        for library, values in LIBRARIES.items()
    }
    TABLE.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
