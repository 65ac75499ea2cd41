#!/usr/bin/env python3
"""Makes deploy/demo/tasks: eight small skills with exact answers, {dev: 200, test: 500} items each, without leaks.

Every skill is a generator of (question, answer) pairs from a seeded stream. Distinct questions are drawn until dev, test and a
training set are full, in this order, so the three never share a question. Needs the Python standard library only.
"""
import json
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEV, TEST, TRAIN = 200, 500, 640

WORDS = """apple river stone cloud tiger garden window bridge candle pencil mirror basket silver forest camera pocket summer winter
bottle hammer island jacket kitten ladder market needle orange pepper rabbit saddle tunnel valley wagon yellow zebra anchor butter
castle desert engine flower guitar harbor insect jungle kettle lemon magnet napkin oyster parrot quartz ribbon spider turtle
umbrella violin walnut blanket cherry dragon elbow feather goblet helmet""".split()
CAPITALS = {
    "France": "Paris", "Japan": "Tokyo", "Italy": "Rome", "Egypt": "Cairo", "Spain": "Madrid", "Russia": "Moscow", "China": "Beijing",
    "Germany": "Berlin", "Greece": "Athens", "Cuba": "Havana", "Peru": "Lima", "Kenya": "Nairobi", "Norway": "Oslo",
    "Poland": "Warsaw", "Portugal": "Lisbon", "Austria": "Vienna", "Ireland": "Dublin", "Finland": "Helsinki", "Sweden": "Stockholm",
    "Denmark": "Copenhagen", "Hungary": "Budapest", "Belgium": "Brussels", "Turkey": "Ankara", "Iran": "Tehran", "Iraq": "Baghdad",
    "India": "Delhi", "Thailand": "Bangkok", "Vietnam": "Hanoi", "Canada": "Ottawa", "Chile": "Santiago", "Syria": "Damascus",
    "Lebanon": "Beirut", "Nepal": "Kathmandu", "Scotland": "Edinburgh", "Ukraine": "Kiev", "Romania": "Bucharest"}
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
UNITS = [("metres", "centimetres", 100), ("kilometres", "metres", 1000), ("hours", "minutes", 60), ("minutes", "seconds", 60),
         ("kilograms", "grams", 1000), ("weeks", "days", 7), ("days", "hours", 24), ("dozens", "eggs", 12)]


def sequences(r):
    start, step = r.randint(1, 200), r.randint(2, 9)
    terms = [start + step * i for i in range(5)]
    return f"Continue: {', '.join(map(str, terms[:4]))},", str(terms[4])


def addition(r):
    a, b = r.randint(10, 99), r.randint(10, 99)
    return f"What is {a} + {b}?", str(a + b)


def last_of_list(r):
    words = r.sample(WORDS, 4)
    return f"Last of: {', '.join(words)}", words[-1]


def largest(r):
    numbers = r.sample(range(10, 100), 4)
    return f"Largest of: {', '.join(map(str, numbers))}", str(max(numbers))


def capitals(r):
    a, b = r.sample(sorted(CAPITALS), 2)
    return f"Capital of {a}, not of {b}?", CAPITALS[a]


def shouting(r):
    a, b = r.sample(WORDS, 2)
    return f"In capitals: {a} {b}", f"{a} {b}".upper()


def calendar(r):
    names = r.choice([DAYS, MONTHS])
    i, step = r.randrange(len(names)), r.randint(1, 100)
    unit = ("days" if names is DAYS else "months") if step > 1 else ("day" if names is DAYS else "month")
    return f"{step} {unit} after {names[i]}?", names[(i + step) % len(names)]


def units(r):
    big, small, factor = r.choice(UNITS)
    n = r.randint(2, 400)
    return f"How many {small} are {n} {big}?", str(n * factor)


SKILLS = {f.__name__: f for f in (sequences, addition, last_of_list, largest, capitals, shouting, calendar, units)}


def items(name):
    """{"dev", "test", "train"} of a skill: distinct questions throughout."""
    r = random.Random(f"shoal demo {name}")
    seen, drawn = set(), []
    for _ in range(200_000):
        question, answer = SKILLS[name](r)
        if question not in seen:
            seen.add(question)
            drawn.append({"question": question, "answer": answer})
        if len(drawn) == DEV + TEST + TRAIN:
            break
    assert len(drawn) > DEV + TEST + 100, name
    return {"dev": drawn[:DEV], "test": drawn[DEV:DEV + TEST], "train": drawn[DEV + TEST:]}


def main():
    (HERE / "tasks").mkdir(exist_ok=True)
    for name in SKILLS:
        made = items(name)
        data = {"dataset": name, "dev": made["dev"], "test": made["test"]}
        (HERE / "tasks" / f"{name}.json").write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")
        print(f"{name}: {len(made['dev'])} dev, {len(made['test'])} test, {len(made['train'])} for training; e.g. {made['dev'][0]}")


if __name__ == "__main__":
    main()
