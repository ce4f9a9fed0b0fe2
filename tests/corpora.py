"""What hostile people type: markup and scripts, SQL, formulas of spreadsheets, paths. Scripts set `window.harm`."""

SCRIPTS = (
    '"></textarea><script>window.harm=1</script>',
    "</title><svg/onload=window.harm=1>",
    "<img src=x onerror=window.harm=1>",
    '" autofocus onfocus=window.harm=1 x="',
    "' onmouseover='window.harm=1",
    "javascript:window.harm=1",
    "<iframe srcdoc='<script>parent.harm=1</script>'>",
    "<base href=https://evil.example/>",
    "<details open ontoggle=window.harm=1>",
    "{{constructor.constructor('window.harm=1')()}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${window.harm=1}`${window.harm=1}`",
    "</script>--><script>window.harm=1</script><!--",
    "\u202eharm\u2066<b>x-harm</b>",
)
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE audit; --",
    '" OR ""="',
    "1; UPDATE user_account SET role='administrator'; --",
    "%' UNION SELECT name, password_hash FROM user_account --",
    "\\'; DELETE FROM recording; --",
    "%_[]\\",
)
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("https://evil.example")')
PATHS = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/etc/passwd",
    "file:///etc/passwd",
    "a\x00b",
    "x" * 3000,
    "\ud7ff\U0001f469\u200d\u2695\ufe0f",
)
ALL = (*SCRIPTS, *SQL, *FORMULAS, *PATHS)
TOGETHER = "".join(SCRIPTS)
"""All scripts at once: what escapes from any attribute or element lets the rest run."""
