"""What the tests of the knowledge share: its commands on another folder, and texts compared."""

from pathlib import Path

from assistant import config
from assistant.answering.language.text import normalise, tokens
from assistant.app import create_app

SHIPPED = Path(__file__).parent.parent / "knowledge"


def run(folder: Path, *command: str) -> tuple[int, str]:
    """Run `knowledge …` on a folder; return its exit code and what it prints."""
    settings = config.load(
        instance=folder.parent / "instance", knowledge_dir=folder, secret_key="s" * 40
    )
    result = create_app(settings).test_cli_runner().invoke(args=["knowledge", *command])
    return result.exit_code, result.output


def same(text: str) -> str:
    """Return the words of a text, however they are written."""
    return " ".join(tokens(normalise(text)))
