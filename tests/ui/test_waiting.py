"""How calls wait at the door: bounded, few at once, and none for a client that has gone."""

import anyio
import pytest

from ganzoo.ui import waiting

LEFT = {"type": "http.disconnect"}


def client(*messages):
    """A `receive` that gives messages, and then nothing for good."""
    left = [{"type": "http.request", **message} for message in messages]

    async def receive():
        return left.pop(0) if left else await anyio.sleep_forever()

    return receive


def test_only_those_who_have_stayed_are_answered_when_it_is_their_turn():
    answered = []

    async def call(room, name, receive):
        try:
            async with room.turn(receive):
                answered.append(name)
        except waiting.Gone:
            answered.append(f"{name} has gone")

    async def main():
        room = waiting.WaitingRoom()
        async with anyio.create_task_group() as group:
            for _ in range(waiting.AT_ONCE):
                await room.turns.acquire()
            group.start_soon(call, room, "first", client(LEFT))
            group.start_soon(call, room, "second", client())
            await anyio.wait_all_tasks_blocked()
            assert answered == ["first has gone"]
            room.turns.release()
        assert room.turns.value == 1

    anyio.run(main)
    assert answered == ["first has gone", "second"]


def test_a_body_is_held_until_its_call_ends():
    async def main():
        room = waiting.WaitingRoom()
        async with room.body(client({"body": b"1" * 60_000, "more_body": True}, {"body": b"2" * 60_000}), 0) as body:
            assert body == b"1" * 60_000 + b"2" * 60_000 and room.held == 120_000
            async with room.body(client({"body": b""}), 0):
                assert room.held == 120_000 + waiting.LEAST_BODY
        assert room.held == 0

    anyio.run(main)


@pytest.mark.parametrize(
    ("changed", "messages", "announced", "sentence"),
    [
        ({}, [{"body": b"1"}], 17_000_000, "the body is too large: at most 16,000,000 bytes"),
        ({"MAX_BODY": 5}, [{"body": b"123456"}], 0, "the body is too large: at most 5 bytes"),
        ({"MAX_HELD": 100_001}, [{"body": b"1" * 100_002}], 0, "the app has too many calls to answer"),
        ({"READING": 0}, [{"body": b"1", "more_body": True}], 9, "the body did not arrive within 0 seconds"),
        ({}, [{"body": b"1", "more_body": True}, LEFT], 9, "the client has gone"),
    ],
)
def test_a_body_out_of_bounds_is_refused(monkeypatch, changed, messages, announced, sentence):
    for name, value in changed.items():
        monkeypatch.setattr(waiting, name, value)

    async def main():
        room = waiting.WaitingRoom()
        with pytest.raises(waiting.Refusal, match=sentence) as refused:
            async with room.body(client(*messages), announced):
                pytest.fail("it is not answered")
        assert room.held == 0 and 400 <= refused.value.status < 500

    anyio.run(main)
