#!/usr/bin/env python3
"""Searches whose answers are scored by programs and services: end to end, through failures, without asking twice."""
import json
import sys
import unittest

from score_server import ScoreServer
from shoal_case import TINY, ShoalCase, history, read_json, shoal

SHORT = ["--set", "swarm.max_iteration=3", "--set", "swarm.particles=6"]

SCORER = """
import hashlib, json
request = json.loads(input())
scores = [hashlib.sha256(a["output"].encode()).digest()[0] % 10 / 9 for a in request["answers"]]
print(json.dumps({"version": 1, "scores": scores}))
"""


class Services(ShoalCase):
    def setUp(self):
        super().setUp()
        data = {split: [{"question": f"Tell me about {word}."} for word in ("red", "blue", "gold", "pink", "grey", "lime")] for split in ("dev", "test")}
        self.data = self.folder / "questions.json"
        self.data.write_text(json.dumps(data))

    def task(self, kind, **keys):
        return {"name": "essay", "type": kind, "data": str(self.data), "max_new_tokens": 6, **keys}

    def judge(self, server, **keys):
        return self.task("judge", model="a-judge", **{"url": server.url + "/v1/chat/completions", **keys})

    def search(self, task, name="run", *extra, ranks=0, expect=0):
        return self.run_tiny(name, *SHORT, "--set", "utility=" + json.dumps({"tasks": [task]}), *extra, ranks=ranks, expect=expect)

    def test_every_kind_of_scorer_carries_a_search_from_start_to_result(self):
        with ScoreServer() as server:
            tasks = [self.judge(server), self.task("toxicity", url=server.url + "/v1alpha1/comments:analyze"), self.task("http", url=server.url + "/score"),
                     self.task("command", command=[sys.executable, "-c", SCORER])]
            for task in tasks:
                with self.subTest(task["type"]):
                    self.search(task, task["type"])
                    result = read_json(self.folder / task["type"] / "result.json")
                    self.assertGreater(result["best"]["dev"]["utility"], 0.0)
                    self.assertTrue((self.folder / task["type"] / "report.html").exists())

    def test_a_judged_search_is_the_same_on_two_ranks_and_nothing_is_asked_twice(self):
        with ScoreServer() as server:
            self.search(self.judge(server), "serial")
            asked = server.answered
            self.search(self.judge(server), "two", ranks=2)
            self.assertEqual(history(self.folder / "serial"), history(self.folder / "two"))
            self.search(self.judge(server), "serial", "--resume", "never")
            self.assertLessEqual(server.answered, 2 * asked + 4, "the replies of the first run are kept")

    def test_an_outage_in_the_middle_changes_nothing(self):
        with ScoreServer() as server:
            self.search(self.judge(server), "steady")
            server.down_at, server.down_for = server.answered + 30, 3.0
            self.search(self.judge(server), "outage")
            self.assertIsNone(server.down_at, "the outage came")
            self.assertEqual(history(self.folder / "steady"), history(self.folder / "outage"))

    def test_a_longer_outage_ends_with_85_and_the_same_command_continues(self):
        with ScoreServer() as server:
            self.search(self.judge(server), "steady")
            server.down_at, server.down_for = server.answered + 60, 4.0
            done = self.search(self.judge(server, give_up_after=1), "run", ranks=2, expect=85)
            self.assertIn("a service has failed", done.stderr)
            answered = server.answered
            server._up_again = None
            self.search(self.judge(server, give_up_after=1), "run", ranks=2)
            self.assertEqual(history(self.folder / "steady"), history(self.folder / "run"))
            self.assertGreater(server.answered, answered)

    def test_a_refusal_ends_with_6_and_one_sentence(self):
        with ScoreServer() as server:
            server.status = 401
            done = self.search(self.judge(server), "run", ranks=2, expect=6)
            self.assertEqual(done.stderr.count("refuses a request"), 1, done.stderr)

    def test_a_command_that_fails_ends_with_6(self):
        done = self.search(self.task("command", command=[sys.executable, "-c", "raise SystemExit('no such judge')"]), expect=6)
        self.assertIn("no such judge", done.stderr)

    def test_eval_scores_with_a_service_too(self):
        with ScoreServer() as server:
            task = self.folder / "task.yaml"
            task.write_text(json.dumps(self.judge(server)))
            done = shoal("eval", "--model", TINY / "model", "--task", task, "--out", self.folder / "out.json")
            self.assertEqual(done.returncode, 0, done.stderr)
            record = read_json(self.folder / "out.json")
            self.assertEqual(len(record["samples"]), 6)
            server.status = 401
            self.assertEqual(shoal("eval", "--model", TINY / "model", "--task", task).returncode, 6)

    def test_wrong_settings_are_told_with_the_key(self):
        for task, word in ((self.task("judge", url="http://x/", model=""), "model"), (self.task("judge", model="m"), "url"),
                           (self.task("http", url="ftp://x/"), "url"), (self.task("command"), "command"),
                           (self.task("judge", url="http://x/", model="m", question="rate it"), "question"),
                           (self.task("judge", url="http://x/", model="m", key_env="SHOAL_NO_SUCH_KEY"), "SHOAL_NO_SUCH_KEY"),
                           (self.task("http", url="http://x/", give_up_after=-1), "give_up_after")):
            with self.subTest(task):
                done = self.search(task, expect=2)
                self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
