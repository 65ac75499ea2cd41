#!/usr/bin/env python3
"""A search judged by a real server: llama.cpp's, with SmolLM2. Needs what `tests/bench/run.sh --llama` builds and the server's packages
(`.deps/bench/python/bin/python -m pip install -r tests/integration/requirements-judge.txt`); skipped without them."""
import json
import os
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from shoal_case import ShoalCase, history, read_json

ROOT = Path(os.environ["SHOAL_SOURCE_DIR"])
PYTHON = ROOT / ".deps/bench/python/bin/python"
WEIGHTS = ROOT / ".deps/bench/judge"
FETCH = f"""
import shutil, sys
sys.path.insert(0, {str(ROOT / 'deploy/demo')!r})
from fetch_model import download
import tempfile
with tempfile.TemporaryDirectory() as folder:
    shutil.copy(download(folder), {str(WEIGHTS / 'model.gguf')!r})
"""


def can_serve() -> bool:
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import llama_cpp.server.app"], capture_output=True).returncode == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LlamaServer:
    """Use as a context manager; it is there when the block begins."""

    def __init__(self, log: Path):
        self.port, self.log = free_port(), log

    def answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/models", timeout=2).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def __enter__(self):
        command = [PYTHON, "-m", "llama_cpp.server", "--model", WEIGHTS / "model.gguf", "--port", str(self.port), "--n_ctx", "2048", "--n_threads", "1"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        end = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                raise RuntimeError(f"llama.cpp's server does not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.2)
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(timeout=20)


class LlamaJudge(ShoalCase):
    def search(self, port: int, *extra):
        data = self.folder / "questions.json"
        data.write_text(json.dumps({split: [{"question": f"Tell me about {word}."} for word in ("gold", "pink")] for split in ("dev", "test")}))
        task = {"name": "essay", "type": "judge", "data": str(data), "max_new_tokens": 6, "model": "smollm2",
                "url": f"http://127.0.0.1:{port}/v1/chat/completions"}
        self.run_tiny("run", "--set", "swarm={preset: quick, max_iteration: 1, validation_fraction: 0}", "--set", "baselines=none",
                      "--set", "utility=" + json.dumps({"tasks": [task]}), *extra)
        return history(self.folder / "run")

    def test_its_ratings_carry_a_search_and_are_kept(self):
        with LlamaServer(self.folder / "server.log") as server:
            first = self.search(server.port)
            result = read_json(self.folder / "run/result.json")
        self.assertGreaterEqual(result["best"]["dev"]["utility"], 0.0)
        served = (self.folder / "server.log").read_text().count("POST /v1/chat/completions HTTP/1.1\" 200")
        self.assertGreater(served, 4)
        self.assertEqual(self.search(server.port, "--resume", "never"), first, "without the server, from the replies that were kept")


if __name__ == "__main__":
    if not can_serve():
        print("SKIPPED: llama.cpp's server is not installed (see the top of this file)")
        sys.exit(77)
    if not (WEIGHTS / "model.gguf").exists():
        WEIGHTS.mkdir(parents=True, exist_ok=True)
        subprocess.run([PYTHON, "-c", FETCH], check=True)
    unittest.main(verbosity=2)
