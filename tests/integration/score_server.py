"""A service that scores answers, in every shape that Shoal knows, with faults to order."""
import contextlib
import hashlib
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def quality(text):
    """A number from 0 to 9 that depends on the text alone."""
    return hashlib.sha256(text.encode()).digest()[0] % 10


def reply_to(path, request):
    if path == "/v1/chat/completions":
        question = request["messages"][0]["content"]
        return {"choices": [{"message": {"role": "assistant", "content": f"Well.\nRating: {1 + quality(question)}"}}]}
    if path == "/v1alpha1/comments:analyze":
        return {"attributeScores": {"TOXICITY": {"summaryScore": {"value": quality(request["comment"]["text"]) / 9}}}}
    return {"version": 1, "scores": [quality(answer["output"]) / 9 for answer in request["answers"]]}


class ScoreServer:
    """Use as a context manager. `status` 200 is a service in health; anything else is what it answers with."""

    def __init__(self, port=0):
        self.status = 200
        self.answered = 0
        self.down_at = None   # number of answers after which it is down …
        self.down_for = 0.0   # … for so many seconds
        self._up_again = None
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.decide()
                reply = json.dumps(reply_to(self.path, json.loads(body)) if status == 200 else {"error": "ordered"}).encode()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who gave up does not wait
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(reply)))
                    self.end_headers()
                    self.wfile.write(reply)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("", port) if port else ("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def decide(self):
        with self._lock:
            if self.down_at is not None and self.answered >= self.down_at:
                self.down_at, self._up_again = None, time.monotonic() + self.down_for
            if self._up_again is not None and time.monotonic() < self._up_again:
                return 503
            if self.status == 200:
                self.answered += 1
            return self.status

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":  # beside a search, as a judge on a port of its own
    ScoreServer(int(os.environ["SHOAL_JUDGE_PORT"])).server.serve_forever()
