"""What actions cost on the running cloud, and what the deployed packages weigh: no more than before."""

import os
from collections.abc import Iterator
from statistics import median

import boto3
import pytest

from infra.bench.actions import Story
from infra.bench.arena import arena
from infra.bench.expected import EXPECTED, MEDIAN_ITEM, worse, worse_fan_out
from infra.bench.ledger import disagreements
from infra.bench.outcomes import Action
from infra.bench.packages import LIMIT, LIMITS
from infra.bench.system import System
from infra.deploy.render import services
from infra.local.place import STAGE
from infra.stages import Stage, parameters

pytestmark = pytest.mark.cloud


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    before = dict(os.environ)
    stage = Stage.select(STAGE)
    with arena(parameters(stage)) as place, System(stage, place) as system:
        yield Story(system)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def done(story: Story) -> list[Action]:
    return list(story.actions())


def test_no_action_costs_more_than_it_may(done: list[Action]) -> None:
    assert list(worse(done)) == []


def test_every_action_with_a_price_is_done(done: list[Action]) -> None:
    assert {action.name for action in done} == set(EXPECTED)


@pytest.mark.parametrize("readers", [1, 100, 2_501])
def test_a_fan_out_takes_one_item_a_reader_and_one_a_chunk(story: Story, readers: int) -> None:
    assert list(worse_fan_out(story.fan_out(readers))) == []


def test_the_median_post_of_the_corpus_is_small(story: Story, done: list[Action]) -> None:
    assert done
    assert median(story.item_sizes) <= MEDIAN_ITEM


def test_every_post_of_the_corpus_is_one_write_and_makes_one_event_of_its_own(
    story: Story, done: list[Action]
) -> None:
    assert done
    for ledger in story.corpus:
        assert ledger.request.units.write == 1.0
        assert ledger.times["posts.relay_posts"] == 1


def test_the_cloud_counts_writes_as_aws_does(story: Story, done: list[Action]) -> None:
    assert not disagreements([action.ledger for action in done] + story.corpus)


@pytest.mark.parametrize("service", services())
def test_a_package_is_no_larger_than_its_limit(service: str) -> None:
    stage = Stage(STAGE)
    function = f"hidoki-{service}-{stage.chalice_stage}"
    size = boto3.client("lambda").get_function_configuration(FunctionName=function)["CodeSize"]
    assert size <= LIMITS.get(service, LIMIT)
