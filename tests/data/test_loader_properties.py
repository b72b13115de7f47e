"""What holds for the batches of any dataset: hypothesis chooses the numbers."""

import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from trainer.data.images import InMemoryImages
from trainer.data.loader import Batches

CPU = torch.device("cpu")
FEW = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 2**32)


@st.composite
def sizes(draw):
    """The number of images of a dataset, and a batch size that it allows."""
    n = draw(st.integers(1, 40))
    return n, draw(st.integers(1, n))


def numbered(n, *, unpaired=False):
    """Images whose values say which they are: image i is i, on the right side 100 + i; its label is i, too."""
    numbers = torch.arange(n, dtype=torch.uint8)
    images = torch.stack([numbers, 100 + numbers], dim=1)[:, :, None, None].expand(n, 2, 2, 2).contiguous()
    return InMemoryImages(images, torch.arange(n), unpaired=unpaired)


def batches_of(n, batch_size, seed, *, unpaired=False, **options):
    dataset = numbered(n, unpaired=unpaired)
    return Batches(dataset, CPU, batch_size=batch_size, seed=seed, pixels="unit", **options)


def draw(batches, step, **options):
    return batches.draw(step, rng=torch.Generator().manual_seed(0), **options)


def numbers_in(batch, side=0):
    return (batch.images[:, side, 0, 0] * 255 - 100 * side).round().long().tolist()


@FEW
@given(sizes(), SEEDS, st.integers(1, 4), st.integers(0, 3))
def test_an_epoch_is_a_pass_without_repetition(size, seed, repeats, epoch):
    n, batch_size = size
    batches = batches_of(n, batch_size, seed)
    assert batches.per_epoch == n // batch_size
    assert sorted(batches.order(epoch).tolist()) == list(range(n))
    seen = []
    for index in range(epoch * batches.per_epoch, (epoch + 1) * batches.per_epoch):
        batch = draw(batches, index // repeats, repeat=index % repeats, repeats=repeats)
        assert len(batch) == batch_size and numbers_in(batch) == batch.labels.tolist()
        seen += numbers_in(batch)
    assert len(seen) == len(set(seen)) == batches.per_epoch * batch_size
    assert seen == batches.order(epoch).tolist()[: len(seen)]


@FEW
@given(sizes(), SEEDS, st.lists(st.integers(0, 200), min_size=1, max_size=8))
def test_a_batch_is_a_function_of_seed_and_step_however_the_steps_are_visited(size, seed, steps):
    n, batch_size = size
    visited, fresh = batches_of(n, batch_size, seed), batches_of(n, batch_size, seed)
    drawn = [draw(visited, step) for step in steps]
    for step, batch in sorted(zip(steps, drawn, strict=True), key=lambda pair: pair[0]):
        assert torch.equal(draw(fresh, step).images, batch.images)


@FEW
@given(st.integers(30, 60), SEEDS, SEEDS, st.integers(0, 50))
def test_other_seeds_and_other_epochs_have_other_orders(n, seed, other, epoch):
    batches = batches_of(n, 1, seed)
    order = batches.order(epoch)
    assert not torch.equal(order, batches.order(epoch + 1))
    assert (seed == other) == torch.equal(order, batches_of(n, 1, other).order(epoch))


@FEW
@given(sizes(), SEEDS, st.integers(0, 20), st.data())
def test_the_shards_together_are_the_global_batch(size, seed, step, data):
    n, batch_size = size
    cuts = sorted(data.draw(st.lists(st.integers(0, batch_size), max_size=3)))
    bounds = zip([0, *cuts], [*cuts, batch_size], strict=True)
    shards = [draw(batches_of(n, batch_size, seed, shard=slice(*bound)), step) for bound in bounds]
    whole = draw(batches_of(n, batch_size, seed), step)
    assert torch.equal(torch.cat([shard.images for shard in shards]), whole.images)
    assert torch.equal(torch.cat([shard.labels for shard in shards]), whole.labels)
    noise = torch.cat([shard.normal((len(shard), 3)) for shard in shards])
    assert torch.equal(noise, whole.normal((batch_size, 3)))
    assert {shard.size for shard in shards} == {batch_size}


@FEW
@given(st.integers(2, 40), SEEDS, st.integers(0, 3))
def test_unpaired_sides_are_each_a_pass_of_their_own(n, seed, epoch):
    batches = batches_of(n, 1, seed, unpaired=True)
    drawn = [draw(batches, index) for index in range(epoch * n, (epoch + 1) * n)]
    left, right = ([number for batch in drawn for number in numbers_in(batch, side)] for side in (0, 1))
    assert sorted(left) == sorted(right) == list(range(n))
    assert left != right or n < 20, "each side has an order of its own"
    assert torch.equal(batches.dataset.images, numbered(n).images), "drawing changes no image"


@settings(max_examples=3, deadline=None, phases=[Phase.generate])  # shrinking would start hundreds of workers
@given(st.integers(20, 40), st.integers(1, 5), SEEDS, st.integers(1, 3), st.lists(st.integers(0, 30), max_size=1))
def test_images_that_are_read_ahead_come_as_those_in_memory(n, batch_size, seed, repeats, steps):
    resident, streamed = batches_of(n, batch_size, seed), batches_of(n, batch_size, seed, resident=False)
    assert resident.resident and not resident.note
    assert not streamed.resident and "workers read them ahead" in streamed.note
    try:
        for step in (*steps, 3, 4, 4, 6, 2):  # in a row, again, and back and forth
            for repeat in range(repeats):
                one, other = (draw(source, step, repeat=repeat, repeats=repeats) for source in (resident, streamed))
                assert torch.equal(one.images, other.images) and torch.equal(one.labels, other.labels)
    finally:
        streamed.close()


def test_unpaired_images_cannot_be_read_ahead():
    with pytest.raises(ValueError, match="two collections must fit on cpu: choose a smaller --image-size"):
        batches_of(4, 1, 0, unpaired=True, resident=False)
