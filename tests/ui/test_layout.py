"""The page as a whole: what it says without models, when it warms up, and how it gives memory back."""

import queue
from types import SimpleNamespace

import httpx
import pytest
from app_fixtures import free_port, offered

from ganzoo.ui import events, layout, texts


def test_every_text_is_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in texts.TEXTS.values())


def test_the_app_says_so_when_there_are_no_models(tmp_path):
    with offered(tmp_path):
        shown = [block.value for block in layout.build().blocks.values() if isinstance(block, events.gr.HTML)]
    assert any("There are no models" in value for value in shown)


def test_the_app_is_warmed_up_once_it_listens():
    seen = queue.Queue()
    with events.gr.Blocks() as demo:
        pass

    def warm_up() -> None:
        seen.put(httpx.head(demo.local_url).status_code)

    layout.launch(demo, warm_up=warm_up, quiet=True, server_name="127.0.0.1", server_port=free_port())
    assert seen.get(timeout=60) == 200
    demo.close()


def test_freed_memory_goes_back_to_the_system_where_the_allocator_can(monkeypatch):
    class Trimmed(Exception):
        pass

    def trim(pad: int) -> None:
        raise Trimmed

    monkeypatch.setattr(layout.sys, "platform", "linux")
    monkeypatch.setattr(layout.ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=trim))
    with pytest.raises(Trimmed):
        layout.give_memory_back(seconds=0)
    monkeypatch.setattr(layout.ctypes, "CDLL", lambda name: SimpleNamespace())
    assert layout.give_memory_back(seconds=0) is None, "it ends"
