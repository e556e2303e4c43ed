"""The user's own cookies, for pages that they may read and a stranger may not.

The file is the one that browser extensions export and that curl, wget and yt-dlp read: Netscape's cookies.txt. Each
cookie goes to the host that it names and to no other (RFC 6265, section 5.4); the file is never written.
"""

from __future__ import annotations

import warnings
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy, LoadError, MozillaCookieJar
from typing import TYPE_CHECKING

from ingest.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path
    from urllib.request import Request

__all__ = ["new_jar", "read_cookies"]


class _Sendable(DefaultCookiePolicy):
    """Takes no cookie that a header could not hold: one from a careless site would end all requests to its host."""

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        return _is_sendable(cookie) and super().set_ok(cookie, request)


def _is_sendable(cookie: Cookie) -> bool:
    return cookie.name.isascii() and (cookie.value or "").isascii()


def new_jar() -> CookieJar:
    """Return a jar for what sites set in the course of one crawl."""
    return CookieJar(_Sendable())


def read_cookies(path: Path) -> CookieJar:
    """Return the cookies in a file. Raises SettingsError when it cannot be read, or is in another format."""
    jar = MozillaCookieJar(path, policy=_Sendable())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it prints a traceback for a broken line before it raises for it
            jar.load(ignore_discard=True, ignore_expires=True)
    except (LoadError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The cookies file {path} is not in Netscape's format.",
            'Export it as "cookies.txt"; its first line is: # Netscape HTTP Cookie File',
        ) from error
    except OSError as error:
        raise SettingsError(
            f"The cookies file {path} cannot be read: {error.strerror}.",
            "Mend crawl.cookies in the settings, or leave it empty.",
        ) from error
    for cookie in list(jar):
        if not _is_sendable(cookie):
            jar.clear(cookie.domain, cookie.path, cookie.name)
        # Exporters write 0 for a cookie that lasts as long as the browser runs; as a time it would be long over.
        cookie.expires = cookie.expires or None
    jar.clear_expired_cookies()
    return jar
