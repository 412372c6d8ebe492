"""Telling the name of a database file from an address that is written wrongly, which may hold a password."""

from __future__ import annotations

import os
import re

_SCHEME = re.compile(r"(?:postgres(?:ql)?|psql|pg|sqlite3?|mysql|mariadb|mssql|oracle|jdbc)(?:\+\w+)?\s*(?::|//)", re.I)
_SETTING = re.compile(
    r"(?:^|[\s;&?])(?:password|passwd|pwd|pass|sslpassword|passfile|user(?:name)?|host(?:addr)?|server|port|dbname"
    r"|database|service|options|oauth_\w+|scram_\w+)\s*=",
    re.IGNORECASE,
)


def names_file(text: str, /) -> bool:
    """True when ``text`` is a path; False when it is an address, well written or not.

    An address begins with a scheme of databases, has ``://``, settings as libpq writes them (``password=...``),
    or a password before an ``@`` (``user:password@host``).
    """
    bare = text.strip()
    if os.name == "nt":
        bare = re.sub(r"^[A-Za-z]:(?=[\\/])", "", bare)
    if "://" in bare or _SCHEME.match(bare) or re.search(r":[^/]*@", bare):
        return False
    is_plain_path = re.match(r"/(?!/)|\.{0,2}[/\\](?!/)|~", bare) is not None
    return is_plain_path or not (_SETTING.search(bare) or re.search(r":.*@", bare, re.DOTALL))
