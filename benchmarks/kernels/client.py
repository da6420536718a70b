"""A Jupyter client that takes the time of one request after another."""

import time
from contextlib import contextmanager

import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

TIMEOUT_S = 120
# A kernel may lose its idle: the request then ends with the last message that came.
IDLE_S = 5
# A kernel may send output after its idle: what comes before a pause of this length is not lost.
LATE_S = 1


class _Manager(KernelManager):
    """A manager of a kernel that is not installed."""

    argv: list = []

    @property
    def kernel_spec(self):
        return KernelSpec(argv=self.argv, language="")


@contextmanager
def started(argv, folder):
    """A client of a kernel that is started in a folder, and ended afterwards."""
    context = zmq.Context()
    # A client that finds no kernel yet tries again after 100 ms unless told otherwise: every start would be rounded to it.
    context.reconnect_ivl = 5
    manager = _Manager(context=context)
    manager.argv = argv
    manager.start_kernel(cwd=folder)
    client = Client(manager)
    try:
        yield client
    finally:
        client.close()
        manager.shutdown_kernel(now=True)


class Client:
    """Sends one request at a time and takes the time until both its reply and its idle are there."""

    def __init__(self, manager):
        self.pid = manager.provisioner.pid
        self._client = manager.client()
        self._client.start_channels(stdin=False, hb=False, control=False)
        self._shell = self._client.shell_channel.socket
        self._iopub = self._client.iopub_channel.socket
        self._poller = zmq.Poller()
        self._poller.register(self._shell, zmq.POLLIN)
        self._poller.register(self._iopub, zmq.POLLIN)

    def ask(self, kind, until_idle=True, **content):
        """Milliseconds, the reply's content and what was published; TimeoutError when no reply comes."""
        session = self._client.session
        message = session.msg(kind, content)
        request = message["header"]["msg_id"]
        begin = end = time.perf_counter()
        session.send(self._shell, message)
        reply, is_idle, published = None, not until_idle, []
        while reply is None or not is_idle:
            patience = TIMEOUT_S if reply is None else IDLE_S
            ready = dict(self._poller.poll(max(0, end + patience - time.perf_counter()) * 1e3))
            if not ready:
                if reply is None:
                    raise TimeoutError(f"no answer to {kind} within {TIMEOUT_S} s")
                break
            if self._shell in ready:
                _, answer = session.recv(self._shell)
                if answer["parent_header"].get("msg_id") == request:
                    reply = answer["content"]
                    end = time.perf_counter()
            if self._iopub in ready:
                _, output = session.recv(self._iopub)
                if output["parent_header"].get("msg_id") == request:
                    published.append(output)
                    is_idle = is_idle or output["content"].get("execution_state") == "idle"
                    end = time.perf_counter()
        return (end - begin) * 1e3, reply, published

    def execute(self, code, until_idle=True):
        """Milliseconds and what was published; RuntimeError when the cell fails."""
        milliseconds, reply, published = self.try_execute(code, until_idle)
        if reply["status"] != "ok":
            raise RuntimeError(f"a cell failed: {reply.get('evalue')}\n{code}")
        return milliseconds, published

    def try_execute(self, code, until_idle=True):
        """As `ask`, of a cell that may fail."""
        return self.ask(
            "execute_request",
            until_idle,
            code=code,
            silent=False,
            store_history=True,
            user_expressions={},
            allow_stdin=False,
            stop_on_error=True,
        )

    def late(self):
        """What is still published, and the time at which the last of it came."""
        published, end = [], None
        while self._iopub.poll(LATE_S * 1e3):
            published.append(self._client.session.recv(self._iopub)[1])
            end = time.perf_counter()
        return published, end

    def close(self):
        self._client.stop_channels()
