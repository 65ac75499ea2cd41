#!/usr/bin/env python3
"""Recomputes a run's history.jsonl from scratch and compares: draws bit for bit, everything else to 1e-12.

Written from docs/algorithm.md alone, in plain Python; shares nothing with the C++ code. Usage: replay.py RUN_FOLDER
"""
import json
import math
import sys
from pathlib import Path

from replay_cma_es import CmaEs

TOLERANCE = 1e-12
CROSSOVER, PARTNER, UPDATE, DROPOUT = range(4)
RANDOM_POSITION, SHIFT, DIFFERENTIAL_EVOLUTION = 24, 25, 27
WHOLE_ITERATION = 0xFFFFFFFF


class Mismatch(Exception):
    pass


def philox(key, counter):
    """Philox4x32-10 (Salmon et al. 2011)."""
    k0, k1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def check_philox():
    """Known answers of the Random123 distribution."""
    assert philox((0, 0), (0, 0, 0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    ones = 0xFFFFFFFF
    assert philox((ones, ones), (ones,) * 4) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    counter, key = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
    assert philox(key, counter) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)


class Stream:
    def __init__(self, seed):
        self.key = (seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF)

    def uniform(self, iteration, particle, purpose, index):
        w0, w1, _, _ = philox(self.key, (iteration, particle, purpose, index))
        return ((w0 << 32 | w1) >> 11) * 2.0 ** -53

    def below(self, m, *counter):
        return math.floor(self.uniform(*counter) * m)


def same(expected, found, where):
    """Equal to TOLERANCE; None stands for itself, and not-a-number equals nothing."""
    if isinstance(expected, list):
        if len(expected) != len(found):
            raise Mismatch(f"{where}: {len(found)} values, expected {len(expected)}")
        for k, (e, f) in enumerate(zip(expected, found)):
            same(e, f, f"{where}[{k}]")
    elif expected is None or found is None:
        if expected is not found:
            raise Mismatch(f"{where}: {found}, expected {expected}")
    elif not abs(expected - found) <= TOLERANCE:
        raise Mismatch(f"{where}: {found!r}, expected {expected!r}")


def identical(expected, found, where):
    if expected != found:
        raise Mismatch(f"{where}: {found!r}, expected {expected!r}")


class Replay:
    def __init__(self, config):
        self.s = config["swarm"]
        self.blocks = self.s["blocks"]
        self.n = len(config["experts"])
        self.optimiser = config.get("optimiser", "swarm")
        self.archive = []       # (utility, position) of the surrogate
        self.stream = Stream(config["seed"])
        self.cma_es = CmaEs(self.stream, self.n, self.blocks)
        self.published = self.s["preset"] == "reference"
        self.history = []       # g's utility after each counted iteration
        self.dense = self.s.get("positions") == "dense"
        self.worst_window = []  # of each evaluated iteration its number and (utility, iteration, id, position) of its lowest
        self.asynchronous = self.s.get("schedule") == "asynchronous"
        self.seen = {}          # asynchronous: by particle, g and g_w as of the moment when it moved on

    def coordinates(self, expected, found, where):
        """Dense positions are weight vectors, which a history does not hold; every decision is still checked."""
        if self.dense:
            identical(None, found, where)
        elif self.blocks > 1:
            same([expected[b * self.n:(b + 1) * self.n] for b in range(self.blocks)], found, where)
        else:
            same(expected, found, where)

    # iteration 0 ------------------------------------------------------------------------------------------------------

    def start(self, line):
        s, n, N = self.s, self.n, self.s["particles"]
        identical(0, line["iteration"], "iteration")
        identical(None, line["step_length"], "step_length of iteration 0")
        identical(True, line["evaluated"], "iteration 0 evaluated")
        self.examples = line["particles"][0]["examples"]
        identical(list(range(N)), [p["id"] for p in line["particles"]], "iteration 0 particle ids")
        positions, partners = [], []
        low, high = s["crossover_range"]
        for i in range(N):
            draws = line["particles"][i]["draws"]
            if "warm_start" in draws:
                identical({"warm_start", "partner"}, set(draws), f"names of the draws of particle {i}")
                positions.append(self.warm_position(draws["warm_start"], line["particles"][i]["position"], i))
            elif i < n:
                identical({"partner"}, set(draws), f"names of the draws of expert {i}")
                positions.append([1.0 if k == i else 0.0 for k in range(n)] * self.blocks)
            else:
                m = i if s["crossover_children"] else n
                a = self.stream.below(m, 0, i, CROSSOVER, 0)
                b = self.stream.below(m - 1, 0, i, CROSSOVER, 1)
                b += b >= a
                t = low + self.stream.uniform(0, i, CROSSOVER, 2) * (high - low)
                identical([a, b], draws["parents"], f"parents of particle {i}")
                identical(t, draws["t"], f"t of particle {i}")
                positions.append([t * x + (1.0 - t) * y for x, y in zip(positions[a], positions[b])])
            partner = None
            if s["starting_velocity_mode"] == "random":
                partner = self.stream.below(N - 1, 0, i, PARTNER, 0)
                partner += partner >= i
            identical(partner, draws["partner"], f"partner of particle {i}")
            partners.append(partner)
        self.particles = []
        for i, p in enumerate(line["particles"]):
            self.coordinates(positions[i], p["position"], f"iteration 0 particle {i} position")
            u = p["utility"]
            self.particles.append({"x": positions[i], "v": [0.0] * n * self.blocks, "p": positions[i], "best": -math.inf if u is None else u,
                                   "best_iteration": 0, "age": 0, "cool_down": 0, "invalid": u is None, "utility": u})
            identical(False, p["restarted"], f"iteration 0 particle {i} restarted")
            identical(False, p["stale"], f"iteration 0 particle {i} stale")
            identical(u, p["best_utility"], f"iteration 0 particle {i} best_utility")
            identical(0, p["best_iteration"], f"iteration 0 particle {i} best_iteration")
            identical(self.examples, p["examples"], f"iteration 0 particle {i} examples")
        utilities = [p["utility"] for p in line["particles"]]
        best = max(range(N), key=lambda i: (-math.inf if utilities[i] is None else utilities[i], -i))
        self.g = (utilities[best], 0, best, positions[best])
        self.step_worst(0, line, first=True)
        for i, p in enumerate(self.particles):
            if s["starting_velocity_mode"] == "random":
                p["v"] = [a - b for a, b in zip(positions[partners[i]], p["x"])]
            elif s["starting_velocity_mode"] == "best":
                p["v"] = [a - b for a, b in zip(self.g[3], p["x"])]
            self.coordinates(p["v"], line["particles"][i]["velocity"], f"iteration 0 particle {i} velocity")
        self.step_length = s["step_length"]
        self.history.append(self.g[0])
        self.remember(line)
        self.compare_extremes(line)

    def warm_position(self, source, position, i):
        """Taken as it is written: another run's personal best. Where that run is at hand, it must have been there."""
        where = f"iteration 0 particle {i}"
        folder = self.s.get("warm_start")
        if folder is None:
            raise Mismatch(f"{where}: it begins in another run, but swarm.warm_start names none")
        of_blocks = position if self.blocks > 1 else [position]
        for b, of_block in enumerate(of_blocks):
            same(1.0, sum(of_block), f"{where} sum of block {b}")
        history = Path(folder) / "history.jsonl"
        if history.exists():
            lines = [json.loads(text) for text in history.read_text(encoding="utf-8").splitlines()]
            if not any(line["particles"][source]["best_iteration"] == line["iteration"] and
                       line["particles"][source]["position"] == position for line in lines):
                raise Mismatch(f"{where}: particle {source} of {folder} has never had its best at this position")
        return [coefficient for of_block in of_blocks for coefficient in of_block]

    # later iterations -------------------------------------------------------------------------------------------------

    def stopped(self):
        """Why the search would not begin another iteration, or None."""
        c = self.s["patience"]
        if self.published:
            if len(self.history) > c and len(set(self.history[-c:])) == 1:
                return "patience"
        elif len(self.history) > c and len(set(self.history[-c - 1:])) == 1:
            return "patience"
        return None

    def iterate(self, line):
        s, k = self.s, line["iteration"]
        if self.stopped():
            raise Mismatch(f"iteration {k} should not exist: patience was used up")
        if k > s["max_iteration"]:
            raise Mismatch(f"iteration {k} should not exist: max_iteration is {s['max_iteration']}")
        identical(list(range(s["particles"])), [p["id"] for p in line["particles"]], f"iteration {k} particle ids")
        steps = self.optimiser in ("swarm", "surrogate")
        same(self.step_length if steps else None, line["step_length"], f"iteration {k} step_length")
        whole = s["dropK"] > 0 and self.stream.uniform(k, WHOLE_ITERATION, DROPOUT, 0) < s["dropK"]
        skipped = [whole or (s["dropN"] > 0 and self.stream.uniform(k, i, DROPOUT, 0) < s["dropN"]) for i in range(s["particles"])]
        bests = [list(p["p"]) for p in self.particles]
        identical(not all(skipped), line["evaluated"], f"iteration {k} evaluated")
        if self.asynchronous:
            self.one_by_one(k, line)
        else:
            for i, p in enumerate(self.particles):
                self.move(k, i, p, line["particles"][i]) if steps else self.jump(k, i, p, line["particles"][i], bests)
                self.take(k, i, p, line["particles"][i], skipped[i])
        if not self.asynchronous and not all(skipped):
            self.step_best(k, line, skipped)
            self.step_worst(k, line)
        if not all(skipped) or s["count_skipped"]:
            self.history.append(self.g[0])
        self.compare_extremes(line)
        self.remember(line)
        self.step_length = max(self.step_length * s["step_length_factor"], s["minimum_step_length"])

    def one_by_one(self, k, line):
        """Evaluations are taken in the order of the line; each particle has moved by the bests that it saw then."""
        identical(list(range(self.s["particles"])), sorted(line["order"]), f"iteration {k} order names every particle")
        now = self.g, self.worst
        for i, p in enumerate(self.particles):
            self.g, self.worst = self.seen.get(i, now)
            self.move(k, i, p, line["particles"][i])
        self.g, self.worst = now
        tests = list(line.get("promotions", []))
        for i in line["order"]:
            p, found = self.particles[i], line["particles"][i]
            self.take(k, i, p, found, skipped=False)
            own = [tests.pop(0)] if tests and tests[0]["particle"] == i else []
            alone = [i != j for j in range(len(self.particles))]
            self.step_best(k, {"particles": line["particles"], "promotions": own}, alone)
            self.step_worst(k, {"particles": [found]}, ids=[i])
            self.seen[i] = self.g, self.worst
        identical([], tests, f"iteration {k} promotion tests of nobody")

    def move(self, k, i, p, found):
        s, where = self.s, f"iteration {k} particle {i}"
        waited = p["age"] + 1 if self.published else p["age"]
        restart = p["invalid"] or waited >= s["restart_patience"]
        identical(restart, found["restarted"], f"{where} restarted")
        if restart:
            p["x"], p["v"], p["invalid"] = list(p["p"]), [0.0] * self.n * self.blocks, False
            if s["restart_mode"] == "one_shot":
                p["age"], p["cool_down"] = 0, s["restart_cool_down"]
        candidates = range(s["candidates"] if self.optimiser == "surrogate" else 1)
        draws = [[self.draws(k, i, c * self.blocks + b) for b in range(self.blocks)] for c in candidates]
        moves = [self.moved(p, of_blocks) for of_blocks in draws]
        c = self.chosen(moves, draws, found["draws"], where)
        for index, name in enumerate(("inertia", "cognitive", "social", "repel")):
            values = [of_block[index] for of_block in draws[c]]
            identical(values if self.blocks > 1 else values[0], found["draws"][name], f"{where} draw {name}")
        p["x"], p["v"] = moves[c]
        self.coordinates(p["x"], found["position"], f"{where} position")
        self.coordinates(p["v"], found["velocity"], f"{where} velocity")

    def draws(self, k, i, place):
        """The four draws of one block of layers, None where unused."""
        used = [self.s["weight_randomness"]] * 3 + [self.s["weight_randomness"] and self.s["repel_term"]]
        return [self.stream.uniform(k, i, UPDATE, 4 * place + index) if used[index] else None for index in range(4)]

    def moved(self, p, draws):
        """Position and velocity after a move with these draws of each block of layers."""
        s, velocity, g, worst = self.s, [], self.g[3], self.worst[3]
        coefficients = (s["inertia"], s["cognitive_coeff"], s["social_coeff"], s["repel_coeff"] if s["repel_term"] else 0.0)
        for b, of_block in enumerate(draws):
            w = [(1.0 if draw is None else draw) * c for draw, c in zip(of_block, coefficients)]
            for d in range(b * self.n, (b + 1) * self.n):
                x = p["x"][d]
                velocity.append((w[0] * p["v"][d] + w[1] * (p["p"][d] - x) + w[2] * (g[d] - x) + w[3] * (x - worst[d])) / sum(w))
        return [x + self.step_length * v for x, v in zip(p["x"], velocity)], velocity

    def guess(self, x):
        """Inverse squared distances to the five nearest evaluated positions."""
        near = sorted(((sum((a - b) ** 2 for a, b in zip(x, y)), u) for u, y in self.archive), key=lambda pair: pair[0])
        if near[0][0] == 0.0:
            return near[0][1]
        return sum(u / d for d, u in near[:5]) / sum(1.0 / d for d, _ in near[:5])

    def chosen(self, moves, draws, found, where):
        """The candidate that the history has taken: one whose guess no other exceeds, but by rounding."""
        if len(moves) == 1:
            return 0
        guesses = [self.guess(x) for x, _ in moves]
        for c, of_blocks in enumerate(draws):
            inertia = [of_block[0] for of_block in of_blocks]
            if found["inertia"] == (inertia if self.blocks > 1 else inertia[0]):
                if guesses[c] < max(guesses) - 1e-9:
                    raise Mismatch(f"{where}: candidate {c} was taken, whose guess {guesses[c]} is not the highest, {max(guesses)}")
                return c
        raise Mismatch(f"{where}: its draws belong to none of {len(moves)} candidates")

    def remember(self, line):
        if self.optimiser == "cma_es":
            tell = self.cma_es.tell if line["iteration"] > 0 else self.cma_es.begin
            tell([p["x"] for p in self.particles], [p["utility"] for p in line["particles"]])
        if self.optimiser != "surrogate":
            return
        for i, p in enumerate(line["particles"]):
            if not p["stale"] and p["utility"] is not None:
                self.archive.append((p["utility"], list(self.particles[i]["x"])))

    def jump(self, k, i, p, found, bests):
        """The optimisers without steps: what they propose, and the velocity that leads there."""
        where = f"iteration {k} particle {i}"
        identical({}, found["draws"], f"{where} draws")
        identical(False, found["restarted"], f"{where} restarted")
        x = found["position"] if self.blocks == 1 else [value for block in found["position"] for value in block]
        for b in range(self.blocks):
            same(1.0, sum(x[b * self.n:(b + 1) * self.n]), f"{where} sum of block {b}")
        if self.optimiser in ("random", "quasi_random"):
            self.coordinates(self.drawn(k, i), found["position"], f"{where} position")
        elif self.optimiser == "cma_es":
            self.coordinates(self.cma_es.ask(k, i, philox), found["position"], f"{where} position")
        elif self.optimiser == "de":
            self.coordinates(self.trial(k, i, bests), found["position"], f"{where} position")
        p["v"], p["x"] = [after - before for after, before in zip(x, p["x"])], x
        self.coordinates(p["v"], found["velocity"], f"{where} velocity")

    def drawn(self, k, i):
        """Mixes drawn evenly from the simplex, stretched by a half about the even mix."""
        primes = []
        while len(primes) < self.n * self.blocks:
            candidate = primes[-1] + 1 if primes else 2
            while any(candidate % p == 0 for p in primes):
                candidate += 1
            primes.append(candidate)
        point = []
        for d in range(self.n * self.blocks):
            if self.optimiser == "random":
                point.append(self.stream.uniform(k, i, RANDOM_POSITION, d))
            else:
                number, place, value = (k - 1) * self.s["particles"] + i, 1.0, 0.0
                while number > 0:
                    place /= primes[d]
                    value += place * (number % primes[d])
                    number //= primes[d]
                point.append((value + self.stream.uniform(0, WHOLE_ITERATION, SHIFT, d)) % 1.0)
        exponentials = [-math.log1p(-u) for u in point]
        position = []
        for b in range(self.blocks):
            block = exponentials[b * self.n:(b + 1) * self.n]
            position += [1 / self.n + 1.5 * (e / sum(block) - 1 / self.n) for e in block]
        return position

    def trial(self, k, i, bests):
        """Differential evolution over the personal bests, rand/1/bin with F = 0.7 and CR = 0.9."""
        left = [j for j in range(len(bests)) if j != i]
        a, b, c = (bests[left.pop(self.stream.below(len(left), k, i, DIFFERENTIAL_EVOLUTION, index))] for index in range(3))
        trial = list(bests[i])
        certain = self.stream.below(len(trial), k, i, DIFFERENTIAL_EVOLUTION, 3)
        for d in range(len(trial)):
            if d == certain or self.stream.uniform(k, i, DIFFERENTIAL_EVOLUTION, 4 + d) < 0.9:
                trial[d] = a[d] + 0.7 * (b[d] - c[d])
        for block in range(self.blocks):
            part = slice(block * self.n, (block + 1) * self.n)
            missing = (1.0 - sum(trial[part])) / self.n
            trial[part] = [x + missing for x in trial[part]]
        return trial

    def take(self, k, i, p, found, skipped):
        where = f"iteration {k} particle {i}"
        identical(skipped, found["stale"], f"{where} stale")
        improved = False
        if skipped:
            identical(0, found["examples"], f"{where} examples")
            identical(p["utility"], found["utility"], f"{where} utility of a stale particle")
        else:
            if "bounds" in found:
                self.check_bounds(p, found, where)
            else:
                identical(self.examples, found["examples"], f"{where} examples")
            p["utility"], p["invalid"] = found["utility"], found["utility"] is None
            improved = found["utility"] is not None and found["utility"] > p["best"]
        if improved:
            p.update(p=list(p["x"]), best=found["utility"], best_iteration=k, age=0, cool_down=0)
        elif p["cool_down"] > 0:
            p["cool_down"] -= 1
        elif not skipped or self.s["count_skipped"]:
            p["age"] += 1
        identical(p["best_iteration"], found["best_iteration"], f"{where} best_iteration")
        same(None if math.isinf(p["best"]) else p["best"], found["best_utility"], f"{where} best_utility")

    def check_bounds(self, p, found, where):
        """A pruned evaluation may matter to no decision: not above the personal best, not below the worst before it."""
        lower, upper = found["bounds"]
        identical(upper, found["utility"], f"{where} utility of a pruned evaluation")
        if not (lower <= upper <= p["best"] and lower >= self.worst[0] and 0 < found["examples"] < self.examples):
            raise Mismatch(f"{where}: bounds [{lower}, {upper}] of {found['examples']} examples decide nothing "
                           f"(personal best {p['best']}, worst {self.worst[0]})")

    def step_best(self, k, line, skipped):
        candidates = [(p["utility"], i) for i, p in enumerate(line["particles"])
                      if not skipped[i] and p["utility"] is not None and p["utility"] > self.g[0]]
        candidates.sort(key=lambda c: (-c[0], c[1]))
        if self.s["promotion"] == "utility":
            chosen = candidates[:1]
        else:
            chosen = self.promoted(k, line["promotions"], candidates)
        for utility, i in chosen:
            self.g = (utility, k, i, list(self.particles[i]["x"]))

    def promoted(self, k, tests, candidates):
        """The logged tests must be the candidates in order, up to the first that passes."""
        for (utility, i), test in zip(candidates, tests):
            where = f"iteration {k} promotion of particle {i}"
            identical(i, test["particle"], where)
            error = math.nan if test["standard_error"] is None else test["standard_error"]
            passes = test["difference"] is not None and test["difference"] > self.s["promotion_z"] * error
            identical(passes, test["promoted"], where)
            if passes:
                identical(test, tests[-1], f"{where}: the last test")
                return [(utility, i)]
        identical(len(candidates), len(tests), f"iteration {k}: number of promotion tests")
        return []

    def step_worst(self, k, line, first=False, ids=None):
        """Falls strictly. Among equals of an iteration the first counts; in the published code, after iteration 0, the last."""
        finite = [(p["utility"], i) for i, p in zip(ids or range(len(line["particles"])), line["particles"])
                  if not p["stale"] and p["utility"] is not None and "bounds" not in p]
        last_of_equals = self.published and not first
        lowest = None
        if finite:
            u, i = min(finite, key=lambda c: (c[0], -c[1] if last_of_equals else c[1]))
            lowest = (u, k, i, list(self.particles[i]["x"]))
        if self.s["worst_window"] == 0:
            if lowest and (first or lowest[0] < self.worst[0]):
                self.worst = lowest
            return
        for i, p in enumerate(line["particles"]):
            if "bounds" in p and not (lowest and p["bounds"][0] > lowest[0]):
                raise Mismatch(f"iteration {k}: particle {i} was pruned and might be the lowest")
        if self.asynchronous and self.worst_window and self.worst_window[-1][0] == k:  # others of this iteration came before
            earlier = self.worst_window.pop()[1]
            lowest = lowest if earlier is None or (lowest and lowest[0] < earlier[0]) else earlier
        self.worst_window = (self.worst_window + [(k, lowest)])[-self.s["worst_window"]:]
        present = [w for _, w in self.worst_window if w]
        if present:
            self.worst = min(present, key=lambda w: (w[0], -w[1]))

    def compare_extremes(self, line):
        for name, mine in (("global_best", self.g), ("global_worst", self.worst)):
            where = f"iteration {line['iteration']} {name}"
            identical(mine[2], line[name]["particle"], f"{where} particle")
            identical(mine[1], line[name]["iteration"], f"{where} iteration")
            same(mine[0], line[name]["utility"], f"{where} utility")


def check_end(run, last, folder):
    """A finished search must have ended for the reason that it gives."""
    if not (folder / "result.json").exists():
        return
    reason = json.loads((folder / "result.json").read_text(encoding="utf-8"))["stop_reason"]
    if reason == "patience" and not run.stopped():
        raise Mismatch(f"result.json says patience, but patience was not used up after iteration {last}")
    if reason == "max_iteration":
        identical(run.s["max_iteration"], last, "last iteration, as result.json says max_iteration")


def replay(folder):
    config = json.loads((folder / "run.json").read_text(encoding="utf-8"))["config"]
    lines = [json.loads(text) for text in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    if not lines:
        raise Mismatch("history.jsonl is empty")
    run = Replay(config)
    run.start(lines[0])
    for number, line in enumerate(lines[1:], start=1):
        identical(number, line["iteration"], f"iteration of line {number}")
        run.iterate(line)
    check_end(run, len(lines) - 1, folder)
    return len(lines), run.stopped()


def main():
    check_philox()
    if len(sys.argv) != 2:
        sys.exit("usage: replay.py RUN_FOLDER")
    try:
        count, stopped = replay(Path(sys.argv[1]))
    except Mismatch as mismatch:
        sys.exit(f"replay: {mismatch}")
    except (OSError, ValueError, LookupError, TypeError) as error:
        sys.exit(f"replay: the history cannot be read ({type(error).__name__}: {error})")
    print(f"replay: {count} iterations agree" + (f"; then stopped by {stopped}" if stopped else ""))


if __name__ == "__main__":
    main()
