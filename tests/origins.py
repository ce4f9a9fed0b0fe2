"""Origins of other sites, as browsers and forgers name them."""


def foreign(port: int) -> list[str]:
    """More than twenty that are not http://127.0.0.1:PORT: other hosts, ports and schemes, ours with more around it."""
    hosts = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost", "127.0.0.2", "127.1")
    after = (".evil.example", "@evil.example", "0", "/", "/wall", " http://evil.example", "#")
    return [
        *("null", "file://", "https://evil.example", "http://127.0.0.1", f"http://127.0.0.1:{port + 1}"),
        f"http://user@127.0.0.1:{port}",
        *(f"http://{host}:{port}" for host in hosts),
        *(f"http://127.0.0.1:{port}{words}" for words in after),
        *(f"{scheme}://127.0.0.1:{port}" for scheme in ("ws", "ftp", "chrome-extension")),
    ]
