"""Drives one kernel with jupyter_client for the tests: a command as a line of JSON in, its outcome as a line of JSON out."""

import base64
import json
import os
import queue
import signal
import sys
import threading
import time

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec


class Manager(KernelManager):
    """A manager of the kernel named on the command line, installed or not."""

    @property
    def kernel_spec(self):
        return KernelSpec(argv=sys.argv[1:] + ["{connection_file}"], language="typescript", interrupt_mode="message")


manager = Manager()
client = None


def plain(message):
    return {
        "type": message["msg_type"],
        "content": message["content"],
        "metadata": message["metadata"],
        "header": {k: str(v) for k, v in message["header"].items()},
        "parent": message["parent_header"].get("msg_id"),
        "at": message["header"]["date"].timestamp(),
        "buffers": [base64.b64encode(buffer).decode() for buffer in message["buffers"]],
    }


def start(folder):
    global client
    manager.start_kernel(cwd=folder, stdout=sys.stderr)
    return connect()


def connect():
    global client
    if client is not None:
        client.stop_channels()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    return {"pid": manager.provisioner.pid}


def reply_to(msg_id, timeout, channel="shell"):
    deadline = time.time() + timeout
    while time.time() < deadline:
        try:
            message = getattr(client, f"get_{channel}_msg")(timeout=max(0.01, deadline - time.time()))
        except queue.Empty:
            break
        if message["parent_header"].get("msg_id") == msg_id:
            return plain(message)
    return None


def outputs_of(msg_id, timeout):
    """Messages on iopub until the request's idle."""
    messages = []
    deadline = time.time() + timeout
    while time.time() < deadline:
        try:
            message = client.get_iopub_msg(timeout=max(0.01, deadline - time.time()))
        except queue.Empty:
            break
        messages.append(plain(message))
        if (
            message["parent_header"].get("msg_id") == msg_id
            and message["msg_type"] == "status"
            and message["content"]["execution_state"] == "idle"
        ):
            return messages
    return messages + [{"type": "timeout"}]


def answer_prompt(value):
    request = client.get_stdin_msg(timeout=20)
    if value is not None:
        client.input(value)
    return plain(request)


def execute(code, answer=None, interrupt_after=None, by_signal=False, timeout=60, **options):
    began = time.time()
    msg_id = client.execute(code, **options)
    interrupted = []
    if interrupt_after is not None:
        def interrupt():
            interrupted.append(time.time())
            if by_signal:
                os.kill(manager.provisioner.pid, signal.SIGINT)
            else:
                manager.interrupt_kernel()
        threading.Timer(interrupt_after, interrupt).start()
    prompt = answer_prompt(answer.get("value")) if answer is not None else None
    reply = reply_to(msg_id, timeout)
    return {
        "id": msg_id,
        "reply": reply,
        "messages": outputs_of(msg_id, timeout),
        "prompt": prompt,
        "ms": (time.time() - began) * 1000,
        "stopped_ms": (time.time() - interrupted[0]) * 1000 if interrupted else None,
    }


def request(type, content, channel="shell", timeout=30, waits=True):
    message = client.session.msg(type, content)
    getattr(client, f"{channel}_channel").send(message)
    msg_id = message["header"]["msg_id"]
    return {
        "reply": reply_to(msg_id, timeout, channel) if waits else None,
        "messages": outputs_of(msg_id, timeout),
    }


def post(type, content, channel="shell", header={}, metadata=None, buffers=()):
    """Sends a message with fields of the header, metadata and buffers of one's own; waits for nothing."""
    message = client.session.msg(type, content, metadata=metadata)
    message["header"].update(header)
    socket = getattr(client, f"{channel}_channel").socket
    client.session.send(socket, message, buffers=[base64.b64decode(buffer) for buffer in buffers])
    return message["header"]["msg_id"]


def until(parent, type, timeout=30):
    """The first message of a type on iopub that a request has caused."""
    deadline = time.time() + timeout
    while True:
        message = client.get_iopub_msg(timeout=max(0.01, deadline - time.time()))
        if message["parent_header"].get("msg_id") == parent and message["msg_type"] == type:
            return plain(message)


def settle(ids, replied=(), channel="shell", timeout=30):
    """Messages on iopub until all are idle, and the replies to some, in the order they came."""
    messages, replies, busy = [], [], set(ids)
    deadline = time.time() + timeout
    while busy:
        message = client.get_iopub_msg(timeout=max(0.01, deadline - time.time()))
        messages.append(plain(message))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            busy.discard(message["parent_header"].get("msg_id"))
    while len(replies) < len(replied):
        reply = getattr(client, f"{channel}_channel").get_msg(timeout=max(0.01, deadline - time.time()))
        if reply["parent_header"].get("msg_id") in replied:
            replies.append(plain(reply))
    return {"messages": messages, "replies": replies}


def execute_all(codes, interrupt_after=None):
    ids = [client.execute(code) for code in codes]
    if interrupt_after is not None:
        threading.Timer(interrupt_after, manager.interrupt_kernel).start()
    replies = [reply_to(msg_id, 60) for msg_id in ids]
    return {"ids": ids, "replies": replies, "messages": outputs_of(ids[-1], 60)}


def while_busy(code, type, content):
    """Asks while a cell runs, then interrupts the cell."""
    msg_id = client.execute(code)
    time.sleep(0.5)
    answered = request(type, content)
    manager.interrupt_kernel()
    return {**answered, "reply_of_cell": reply_to(msg_id, 20), "rest": outputs_of(msg_id, 20)}


def crowd(type, content, times, code):
    """Sends many requests and then a cell; tells the types of the replies as they came."""
    for _ in range(times):
        client.shell_channel.send(client.session.msg(type, content))
    outputs_of(client.execute(code), 60)
    return [client.get_shell_msg(timeout=60)["msg_type"] for _ in range(times + 1)]


passed = []


def begin(code):
    """Sends a cell without waiting for its end."""
    return client.execute(code)


def debug(command, arguments, timeout=30):
    """A debug_request; what it makes the kernel publish stays to be read."""
    message = client.session.msg("debug_request", {"type": "request", "seq": 1, "command": command, "arguments": arguments})
    client.control_channel.send(message)
    return reply_to(message["header"]["msg_id"], timeout, "control")


def debug_all(requests):
    """Sends requests at once; their replies as they come."""
    for request in requests:
        client.control_channel.send(client.session.msg("debug_request", {"type": "request", "seq": 1, **request}))
    return [client.get_control_msg(timeout=20)["content"] for _ in requests]


def debug_event(event, timeout=20):
    """Waits for an event of the debugger; what is published before it is kept for `finish`."""
    deadline = time.time() + timeout
    while time.time() < deadline:
        try:
            message = client.get_iopub_msg(timeout=max(0.01, deadline - time.time()))
        except queue.Empty:
            break
        if message["msg_type"] == "debug_event" and message["content"]["event"] == event:
            return message["content"]
        passed.append(plain(message))
    return None


def finish(id, timeout=30):
    """Waits for the end of a cell that `begin` has sent."""
    reply = reply_to(id, timeout)
    ended = any(
        message["parent"] == id and message["content"].get("execution_state") == "idle" for message in passed
    )
    messages = passed[:] if ended else passed + outputs_of(id, timeout)
    passed.clear()
    return {"id": id, "reply": reply, "messages": messages}


def drain(seconds):
    messages = []
    deadline = time.time() + seconds
    while time.time() < deadline:
        try:
            messages.append(plain(client.get_iopub_msg(timeout=max(0.01, deadline - time.time()))))
        except queue.Empty:
            break
    return messages


def send_frames(frames, channel="shell"):
    """Sends frames as they are: for messages that no client would send."""
    socket = getattr(client, f"{channel}_channel").socket
    socket.send_multipart([frame.encode("latin1") for frame in frames])


def restart():
    manager.restart_kernel()
    return connect()


def shutdown(now=False):
    began = time.time()
    manager.shutdown_kernel(now=now)
    return {"alive": manager.is_alive(), "ms": (time.time() - began) * 1000}


def send_signal(name):
    os.kill(manager.provisioner.pid, getattr(signal, name))
    manager.provisioner.process.wait(timeout=10)


COMMANDS = [
    *[start, execute, request, post, until, settle, answer_prompt, execute_all, while_busy, crowd, drain, send_frames],
    *[restart, shutdown, send_signal, begin, debug, debug_all, debug_event, finish],
]
BY_NAME = {command.__name__: command for command in COMMANDS}

for line in sys.stdin:
    command = json.loads(line)
    try:
        outcome = {"ok": BY_NAME[command.pop("do")](**command)}
    except Exception as error:
        outcome = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(outcome), flush=True)
