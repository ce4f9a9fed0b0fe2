"""What Dash puts into a page, without what this page does not need. Pure."""

import re

_SCRIPT = re.compile(r"<script[^>]*\bsrc=\"[^\"]*\"[^>]*></script>\n?")


def scripts_without(scripts: str, *libraries: str) -> str:
    """Dash's script tags but those of these libraries: all pages of a process would load them else."""

    def kept(tag: re.Match[str]) -> str:
        return "" if any(name in tag[0] for name in libraries) else tag[0]

    return _SCRIPT.sub(kept, scripts)
