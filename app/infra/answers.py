"""Headers that every answer carries (TRUST.md, 4.7)."""

from flask import Flask, Response, g, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; report-uri /csp"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


# Parts of addresses that open a page to whoever has them: no cache may keep such a page either.
SECRETS = frozenset({"token", "draft_id", "mark"})


def init_app(app: Flask, *, secure: bool) -> None:
    """Put the headers on every answer of `app`; HSTS where the site is served by TLS."""

    def dress(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault(
                "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
            )
        secret = SECRETS & (request.view_args or {}).keys()
        personal = g.get("session_token") or request.method != "GET" or secret
        response.headers.setdefault("Cache-Control", "no-store" if personal else "no-cache")
        response.headers.setdefault("Vary", "Cookie")
        return response

    app.after_request(dress)
