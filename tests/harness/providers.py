"""A server of our own that speaks what message providers document, with their bad days.

`behave` lists what happens to the next calls: an answer's code, or one of LOST (the message is
taken, the line is cut), DOWN (503 with words), SLOW (taken, answered late). Then all is well.
"""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

LOST, DOWN, SLOW = "lost", "down", "slow"
SLOW_SECONDS = 0.3


class Provider:
    """What the server took: `taken` maps our id to the call's body; `calls` has every call."""

    def __init__(self):
        self.behave, self.calls, self.taken, self.renewals = [], [], {}, []
        self.access, self.refresh = "access-1", "refresh-1"
        self.lock = threading.Lock()

    def answer(self, path, headers, body):
        """(status, JSON) for one call, or None to cut the line."""
        with self.lock:
            if path == "/v4/oa/access_token":
                return self._renewed(headers, body)
            self.calls.append({"path": path, "headers": headers, "body": body})
            trick = self.behave.pop(0) if self.behave else None
            if trick == DOWN:
                return 503, {"message": "maintenance"}
            speak = {"/message/template": self._zalo, "/index.php/sms/send": self._speedsms}
            reply = speak.get(path, self._esms)(headers, body, trick)
        if trick == SLOW:
            time.sleep(SLOW_SECONDS)
        return None if trick == LOST else reply

    def _renewed(self, headers, body):
        self.renewals.append(body)
        if body["refresh_token"] != self.refresh or headers["secret_key"] != "app-secret":
            return 200, {"error": -14014, "error_name": "Invalid refresh token."}
        turn = len(self.renewals) + 1
        self.access, self.refresh = f"access-{turn}", f"refresh-{turn}"
        answer = {"access_token": self.access, "refresh_token": self.refresh}
        return 200, {**answer, "expires_in": "90000"}

    def _zalo(self, headers, body, trick):
        if headers.get("access_token") != self.access:
            return 200, {"error": -124, "message": "Access token invalid"}
        if isinstance(trick, int):
            return 200, {"error": trick, "message": "refused"}
        self.taken.setdefault(body["tracking_id"], []).append(body)
        data = {"msg_id": f"zalo-{len(self.taken)}", "sent_time": "0", "quota": {}}
        return 200, {"error": 0, "message": "Success", "data": data}

    def _esms(self, _headers, body, trick):
        if isinstance(trick, str) and trick.isdecimal():
            return 200, {"CodeResult": trick, "ErrorMessage": "refused"}
        if body["RequestId"] in self.taken:
            return 200, {"CodeResult": "124", "ErrorMessage": "duplicate RequestId"}
        self.taken[body["RequestId"]] = body
        return 200, {"CodeResult": "100", "CountRegenerate": 0, "SMSID": f"E{len(self.taken)}"}

    def _speedsms(self, _headers, body, trick):
        if trick and trick not in {LOST, SLOW}:
            return 200, {"status": "error", "code": "105", "message": trick}
        self.taken.setdefault(body["to"][0], []).append(body)
        return 200, {"status": "success", "code": "00", "data": {"tranId": 42, "totalSMS": 1}}


@contextmanager
def provider_server():
    """A running provider; `.base` is its address."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        """Reads JSON or a form, and answers JSON."""

        def do_POST(self):
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            is_form = "urlencoded" in self.headers.get("Content-Type", "")
            fields = {k: v[0] for k, v in parse_qs(raw).items()} if is_form else json.loads(raw)
            reply = provider.answer(self.path, dict(self.headers.items()), fields)
            if reply is None:
                self.close_connection = True
                return
            body = json.dumps(reply[1]).encode()
            self.send_response(reply[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.base = f"http://127.0.0.1:{server.server_port}"
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
