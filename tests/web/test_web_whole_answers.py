"""What is written in one step of the event loop leaves as one packet, in order, and nothing stays behind."""

import asyncio

from api.web.whole_answers import Whole


class Wire:
    """A transport that notes what leaves, and in how many packets."""

    def __init__(self):
        self.packets = []
        self.closed = self.aborted = False

    def write(self, data):
        assert not self.closed
        self.packets.append(bytes(data))

    def writelines(self, parts):
        self.write(b"".join(parts))

    def close(self):
        self.closed = True

    def abort(self):
        self.aborted = True

    def get_write_buffer_size(self):
        return 7

    def get_extra_info(self, name):
        return name


def on_a_wire():
    wire = Wire()
    return wire, Whole(wire, asyncio.get_running_loop())


async def test_head_and_body_leave_together():
    wire, whole = on_a_wire()
    whole.write(b"head")
    assert whole.get_write_buffer_size() == 7 + 4
    whole.write(b"body")
    assert wire.packets == [b"headbody"]
    await asyncio.sleep(0)
    assert wire.packets == [b"headbody"]


async def test_a_head_without_a_body_leaves_when_the_step_ends():
    wire, whole = on_a_wire()
    whole.write(b"head")
    whole.write(b"")
    assert wire.packets == []
    await asyncio.sleep(0)
    assert wire.packets == [b"head"]


async def test_what_waits_leaves_before_the_end():
    wire, whole = on_a_wire()
    whole.write(b"head")
    whole.close()
    assert (wire.packets, wire.closed) == ([b"head"], True)
    await asyncio.sleep(0)
    assert wire.packets == [b"head"]


async def test_who_is_cut_off_gets_nothing_more():
    wire, whole = on_a_wire()
    whole.write(b"head")
    whole.abort()
    await asyncio.sleep(0)
    assert (wire.packets, wire.aborted) == ([], True)


async def test_what_is_written_as_lines_stays_in_order():
    wire, whole = on_a_wire()
    whole.write(b"head")
    whole.writelines([b"one", b"two"])
    await asyncio.sleep(0)
    assert b"".join(wire.packets) == b"headonetwo"


async def test_a_stream_comes_piece_by_piece():
    wire, whole = on_a_wire()
    for piece in (b"head", b"one", b"two", b"three"):
        whole.write(piece)
    await asyncio.sleep(0)
    assert wire.packets == [b"headone", b"twothree"]
    whole.write(b"four")
    await asyncio.sleep(0)
    assert wire.packets[-1] == b"four"


async def test_all_else_is_the_transports_own():
    _, whole = on_a_wire()
    assert whole.get_extra_info("peername") == "peername"
