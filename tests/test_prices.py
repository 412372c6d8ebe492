"""What models cost."""

from __future__ import annotations

import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from extractor.errors import ConfigurationError
from extractor.llm.prices import Price, find_price, read_prices
from extractor.schemas import Usage

USAGE = Usage(input_tokens=1_000_000, output_tokens=100_000)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A file of prices."""
    path = tmp_path / "prices.toml"
    path.write_text(
        '["gpt-4.1-mini"]\ninput = 9\noutput = 10\n\n'
        '["here:*"]\ninput = 1\noutput = 2\n\n["here:big*"]\ninput = 3\noutput = 4\n'
    )
    return path


def test_a_known_model_has_a_price() -> None:
    """A model of OpenAI's costs what the file says, its cached input less, its batch half."""
    price = find_price("openai", "gpt-4.1-mini")
    assert price == Price(input=0.4, cached_input=0.1, output=1.6, batch=0.5)
    assert price.cost(USAGE) == pytest.approx(0.56)
    assert price.cost(USAGE, cached_input=500_000) == pytest.approx(0.41)
    assert price.batched().cost(USAGE) == pytest.approx(0.28)


@pytest.mark.parametrize("name", ["gpt-4.1-mini-2025-04-14", "gpt-4.1-mini-20250414"])
def test_a_snapshot_costs_what_its_model_costs(name: str) -> None:
    """A date at the end of a name changes no price."""
    assert find_price("openai", name) == find_price("openai", "gpt-4.1-mini")


@pytest.mark.parametrize("name", ["gpt-4.1-mini-fine", "gpt-9", "GPT-4.1-MINI", ""])
def test_an_unknown_model_has_no_price(name: str) -> None:
    """A price is never guessed by a similar name."""
    assert find_price("openai", name) is None


def test_the_same_name_elsewhere_has_no_price() -> None:
    """What OpenAI takes for a model says nothing of another server's price."""
    assert find_price("openai-compatible", "gpt-4.1-mini") is None


def test_the_users_own_machine_is_free() -> None:
    """Ollama costs nothing."""
    price = find_price("ollama", "some:8b")
    assert price is not None and price.cost(USAGE) == 0


def test_the_users_file_goes_first(own: Path) -> None:
    """Its names win over the built-in ones, a bare name at any provider; the rest stays."""
    assert find_price("openai", "gpt-4.1-mini", prices=own) == Price(9, 9, 10)
    assert find_price("other", "gpt-4.1-mini", prices=own) == Price(9, 9, 10)
    assert find_price("openai", "gpt-4.1", prices=own) == find_price("openai", "gpt-4.1")


def test_the_longest_name_goes_first(own: Path) -> None:
    """A name that says more wins, wherever it stands in the file."""
    assert find_price("here", "big-one", prices=own) == Price(3, 3, 4)
    assert find_price("here", "small", prices=own) == Price(1, 1, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[", "Invalid"),
        ('["m"]\ninput = 1\n', "lacks input or output"),
        ('["m"]\ninput = -1\noutput = 1\n', "input of 'm' is -1"),
        ('["m"]\ninput = true\noutput = 1\n', "input of 'm' is True"),
        ('["m"]\ninput = "1"\noutput = 1\n', "input of 'm' is '1'"),
        ('["m"]\ninput = nan\noutput = 1\n', "input of 'm' is nan"),
        ('["m"]\ninput = 1\noutput = 1\nrequest = 1\n', "unknown field 'request'"),
        ("m = 1\n", "'m' is no table"),
    ],
)
def test_a_bad_file_is_told(text: str, told: str, tmp_path: Path) -> None:
    """What is wrong in a file of prices is said, with the file and how to write it."""
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="PROVIDER:MODEL") as caught:
        read_prices(path)
    assert told in str(caught.value) and "prices.toml" in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is a ConfigurationError."""
    with pytest.raises(ConfigurationError, match="cannot be used"):
        find_price("openai", "gpt-4.1", prices=tmp_path / "none.toml")


def test_the_built_in_prices_are_sound() -> None:
    """Every built-in entry is of one provider, cached input costs no more than fresh, output no less."""
    with (files("extractor.llm") / "prices.toml").open("rb") as file:
        text = file.read().decode()
    assert "PRICES CHANGE" in text and "check them" in text
    prices = read_prices(Path(str(files("extractor.llm") / "prices.toml")))
    for name, price in prices.items():
        assert name.partition(":")[1], name
        assert price.cached_input <= price.input <= price.output and 0 < price.batch <= 1, name


def test_the_wheel_ships_the_prices(tmp_path: Path) -> None:
    """The data file is in the package that users install."""
    from hatchling.builders.wheel import WheelBuilder

    root = Path(__file__).resolve().parent.parent
    (built,) = WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"])
    assert "extractor/llm/prices.toml" in zipfile.ZipFile(built).namelist()
