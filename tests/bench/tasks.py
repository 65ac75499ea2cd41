"""Task files made from the one that is given."""
import json
from pathlib import Path

from settings import Settings


def read(path: Path) -> dict:
    return json.loads(path.read_text())


def write_task(settings: Settings, name: str, **keys: object) -> Path:
    """A task of the given data file with other keys. The parser is the published one, so that answers are comparable."""
    entry = {"name": settings.task.stem, "type": "multiple_choice", "data": str(settings.task), "match": "reference", **keys}
    path = settings.work / f"{name}.task.yaml"
    path.write_text(json.dumps(entry))
    return path


def skewed(settings: Settings, examples: int) -> Path:
    """The same questions, the last fifth of them ten times as long as the others: equal counts are unequal work."""
    data = read(settings.task)
    items = [dict(item) for item in data["dev"][:examples]]
    longest = 10
    usual = max(1, sum(len(item["question"]) for item in items) // len(items))
    for number, item in enumerate(items):
        length = usual * (longest if number >= len(items) * 4 // 5 else 1)
        item["question"] = (f"({number}) {item['question']} " * (length // max(1, len(item["question"])) + 1))[:length]
    path = settings.work / "skewed.json"
    path.write_text(json.dumps({"dev": items, "test": data["test"][:2]}))
    return path


def model_without_end(settings: Settings) -> Path:
    """The model with an end-of-text token that never comes, so that every answer has its full length."""
    folder = settings.work / "model-without-end"
    folder.mkdir(exist_ok=True)
    for file in settings.model.iterdir():
        target = folder / file.name
        target.unlink(missing_ok=True)
        if file.name in ("config.json", "generation_config.json"):
            content = read(file)
            content["eos_token_id"] = read(settings.model / "config.json")["vocab_size"] - 1
            target.write_text(json.dumps(content))
        else:
            target.symlink_to(file)
    return folder
