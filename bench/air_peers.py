"""Runs in an environment of its own: the index of rows by python-aqi or aqi-hub.

``python air_peers.py PEER ROWS.json`` prints ``{"seconds": …, "aqi": […]}``. Rows are
``{"hourly": bool, "rows": [[so2, no2, pm10, co, o3, pm25], …]}`` with null where missing.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path


def python_aqi(rows, hourly):  # type: ignore[no-untyped-def]
    import aqi

    end = "1h" if hourly else "24h"
    names = [
        f"so2_{end}",
        f"no2_{end}",
        "pm10",
        f"co_{end}",
        "o3_1h" if hourly else "o3_8h",
        "pm25",
    ]
    out = []
    for row in rows:
        given = [(n, str(v)) for n, v in zip(names, row, strict=True) if v is not None]
        try:
            found = aqi.to_aqi(given, algo=aqi.ALGO_MEP)
        except Exception:  # it raises beyond its tables
            found = None
        out.append(None if found is None else int(found))
    return out


def aqi_hub(rows, hourly):  # type: ignore[no-untyped-def]
    from aqi_hub.aqi_cn.aqi import cal_aqi_cn

    kind = "hourly" if hourly else "daily"
    out = []
    for so2, no2, pm10, co, o3, pm25 in rows:
        try:
            found = cal_aqi_cn(pm25, pm10, so2, no2, co, o3, kind)[0]
        except Exception:  # a missing value
            found = None
        out.append(found)
    return out


def main() -> None:
    warnings.simplefilter("ignore")
    asked = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    peer = {"python-aqi": python_aqi, "aqi-hub": aqi_hub}[sys.argv[1]]
    peer(asked["rows"][:10], asked["hourly"])  # imports are not timed
    began = time.perf_counter()
    found = peer(asked["rows"], asked["hourly"])
    print(json.dumps({"seconds": time.perf_counter() - began, "aqi": found}))


main()
