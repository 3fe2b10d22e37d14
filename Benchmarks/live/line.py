"""A line between two network namespaces, what is sent on it, and a capture at its near end; for the scripts beside."""

import contextlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ASCRIBE = f"{ROOT}/.build/release/ascribe"
GENERATE = f"{ROOT}/Benchmarks/.build/release/generate"
CATALOG = f"{ROOT}/Config/demonstration.yaml"


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr[-400:]}")
    return done.stdout


class Line:
    """Two namespaces with a veth pair between them: `near`, where is captured, and `far`, from where is sent.

    It has no addresses: it carries what is sent and nothing else.
    """

    def __init__(self):
        self.near, self.far = f"ascribe-near-{os.getpid()}", f"ascribe-far-{os.getpid()}"
        for name in (self.near, self.far):
            run("ip", "netns", "add", name)
        run("ip", "link", "add", "near", "netns", self.near, "type", "veth", "peer", "name", "far", "netns", self.far)
        for name, end in ((self.near, "near"), (self.far, "far")):
            run("ip", "-n", name, "link", "set", "dev", end, "addrgenmode", "none")
            run("ip", "-n", name, "link", "set", "dev", end, "mtu", "9000")
            run("ip", "-n", name, "link", "set", "dev", end, "up")
            run("ip", "-n", name, "link", "set", "dev", "lo", "up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    def set(self, state):
        run("ip", "-n", self.near, "link", "set", "dev", "near", state)

    def counters(self):
        """What the near end counted as received, and as dropped by itself."""
        link = json.loads(run("ip", "-n", self.near, "-s", "-j", "link", "show", "dev", "near"))[0]
        received = link["stats64"]["rx"]
        return received["packets"], received["dropped"]

    def at(self, end, *command, **options):
        """Starts a command at an end of the line."""
        return subprocess.Popen(["ip", "netns", "exec", getattr(self, end), *command], **options)

    @contextlib.contextmanager
    def inside(self, end):
        """Has the calling thread in the namespace of an end; what it opens there stays there."""
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{getattr(self, end)}", os.O_RDONLY)
        try:
            set_namespace(there)
            yield
        finally:
            set_namespace(home)
            os.close(home)
            os.close(there)

    def socket(self):
        """A socket that sends frames from the far end."""
        with self.inside("far"):
            opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            opened.bind(("far", 0))
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
            return opened


def set_namespace(descriptor):
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ip_header(source, destination, protocol, length, number):
    """An IPv4 header before so many bytes, its checksum right."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, number, 0x4000, 57, protocol, 0)
    head += socket.inet_aton(source) + socket.inet_aton(destination)
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:]


def segment(source, destination, ports, sequence, acknowledgement, flags, payload=b""):
    """A frame with a TCP segment between two IPv4 addresses, its checksums right."""
    body = struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, acknowledgement & 0xFFFFFFFF, 5 << 4, flags,
                       65535, 0, 0) + payload
    ends = socket.inet_aton(source) + socket.inet_aton(destination)
    body = body[:16] + struct.pack(">H", checksum(ends + struct.pack(">HH", 6, len(body)) + body)) + body[18:]
    return bytes(6) + b"\2\0\0\0\0\1\x08\0" + ip_header(source, destination, 6, len(body), sequence & 0xFFFF) + body


SYN, FIN, PUSH, ACK = 2, 1, 8, 16


class Session:
    """A connection from an exclusive address of the demonstration catalog to a server of ours."""

    server = "192.0.2.80"

    def __init__(self, number):
        self.client = f"198.51.100.{1 + number % 60}"
        self.port = 1024 + number // 60
        self.sent, self.received = 1000 + number * 7, 900000 + number * 13

    @property
    def key(self):
        return f"{self.client}:{self.port}"

    def out(self, flags, payload=b""):
        frame = segment(self.client, self.server, (self.port, 80), self.sent, self.received, flags, payload)
        self.sent += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return frame

    def back(self, flags, payload=b""):
        frame = segment(self.server, self.client, (80, self.port), self.received, self.sent, flags, payload)
        self.received += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return frame

    def open(self):
        frames = [segment(self.client, self.server, (self.port, 80), self.sent, 0, SYN)]
        self.sent += 1
        return frames + [self.back(SYN | ACK), self.out(ACK)] + self.say(b"GET / HTTP/1.1\r\nHost: example\r\n\r\n")

    def say(self, request=b"x"):
        return [self.out(PUSH | ACK, request), self.back(PUSH | ACK, b"HTTP/1.1 204 No Content\r\n\r\n"), self.out(ACK)]

    def close(self):
        return [self.out(FIN | ACK), self.back(FIN | ACK), self.out(ACK)]


def send(out, frames):
    """Sends frames; waits where the line has no room."""
    for frame in frames:
        while True:
            try:
                out.send(frame)
                break
            except BlockingIOError:
                time.sleep(0.001)
            except OSError as error:
                if error.errno != 105:  # ENOBUFS
                    raise
                time.sleep(0.001)


class Capture:
    """`ascribe capture` at the near end, its memory as it goes on, and what it says."""

    def __init__(self, line, folder, *options, program=ASCRIBE):
        self.said = open(f"{folder}/said.txt", "w+")
        self.report_path = f"{folder}/report.json"
        self.report_file = open(self.report_path, "w")
        self.process = line.at("near", program, "capture", "-i", "near", "--format", "json", *options,
                               stdout=self.report_file, stderr=self.said)
        self.samples = []
        self.begin = time.monotonic()
        while "capturing" not in self.text():
            if self.process.poll() is not None or time.monotonic() - self.begin > 60:
                sys.exit(f"the capture did not start: {self.text()}")
            time.sleep(0.05)
        self.begin = time.monotonic()

    def text(self):
        return open(self.said.name, errors="replace").read()

    def memory(self):
        """Resident memory in MiB by proc(5), noted with the time."""
        status = open(f"/proc/{self.process.pid}/status").read()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        value = int(found.group(1)) / 1024 if found else 0.0
        self.samples.append((time.monotonic() - self.begin, value))
        return value

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Ends it and reads its report."""
        self.signal(signal.SIGTERM)
        code = self.process.wait()
        if code:
            sys.exit(f"the capture ended with {code}: {self.text()[-800:]}")
        return json.load(open(self.report_path))

    def kernel(self):
        """Packets that the kernel received for it, those that it read, and those that the kernel and the interface dropped."""
        found = re.findall(
            r"near: (\d+) packets received by the kernel, (\d+) read, (\d+) dropped by the kernel, (\d+) by the interface",
            self.text())
        return tuple(int(number) for number in found[-1])


def slope(samples, after):
    """Growth in MiB a minute by least squares, of the samples after a share of the time."""
    rest = [sample for sample in samples if sample[0] >= samples[-1][0] * after]
    count = len(rest)
    mean_time, mean = sum(t for t, _ in rest) / count, sum(value for _, value in rest) / count
    spread = sum((t - mean_time) ** 2 for t, _ in rest)
    return 60 * sum((t - mean_time) * (value - mean) for t, value in rest) / spread if spread else 0.0


def row(label, value):
    print(f"{label:58} {value}", flush=True)
