"""What this machine's CPU has instructions for."""

from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
INT8_FLAGS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
"""Linux's names of instructions that multiply bytes and add the products in 32 bits. Without them a CPU adds in 16
bits, which overflow, and OpenVINO says INT8 all the same."""


def computes_int8(cpuinfo: Path = CPUINFO) -> bool:
    """Whether the CPU multiplies bytes natively. False where Linux does not say so."""
    return bool(INT8_FLAGS & _flags(cpuinfo))


def _flags(cpuinfo: Path) -> frozenset[str]:
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return frozenset()
    named = (line.partition(":")[2] for line in lines if line.startswith("flags"))
    return frozenset(next(named, "").split())
