"""Runs programs and measures them: what the scripts in this folder have in common.

CPU time is user + system of the whole process tree. Timed runs are not watched; memory is taken in a run of its own.
"""
import collections
import contextlib
import ctypes
import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ASCRIBE = f"{ROOT}/.build/release/ascribe"
GENERATE = f"{ROOT}/Benchmarks/.build/release/generate"
FLOORS = {"pcap_loop": ["-lpcap"], "mmap_walk": [], "c_flow": [], "inflate": ["-lz"], "unzstd": ["-lzstd"]}

# MADV_HUGEPAGE, then MADV_POPULATE_WRITE.
TAKE = """
import mmap, sys
memory = mmap.mmap(-1, int(sys.argv[1]), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(14)
memory.madvise(23)
"""

Run = collections.namedtuple("Run", "cpu wall rss code")

# Processes that a tool leaves behind become children of this one, so that their CPU time is counted.
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


@contextlib.contextmanager
def workspace():
    """A folder on tmpfs, removed at the end: the disk is not measured."""
    folder = f"/dev/shm/ascribe-bench-{os.getpid()}"
    os.makedirs(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build(folder=None):
    """Builds the generator, and the floors into `folder`."""
    subprocess.run(["swift", "build", "-c", "release", "--package-path", f"{ROOT}/Benchmarks"], check=True,
                   stdout=subprocess.DEVNULL)
    for name, libraries in FLOORS.items() if folder else ():
        subprocess.run(["gcc", "-O2", "-o", f"{folder}/{name}", f"{ROOT}/Benchmarks/floors/{name}.c", *libraries],
                       check=True)


def generate(*arguments):
    subprocess.run([GENERATE, *map(str, arguments)], check=True)


def analyze(catalog, capture, *options):
    """The command that reports with everything on but hashing; `options` come first."""
    return [ASCRIBE, "analyze", *options, "--no-hash", "--format", "json", "-c", catalog, capture]


def descendants(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    found += [int(child), *descendants(int(child))]
    except OSError:
        pass
    return found


def run(command, output=os.devnull, limit=None, cwd=None):
    """Runs a command to its end; `code` is None if it was stopped after `limit` seconds."""
    expired = threading.Event()

    def stop():
        expired.set()
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    with open(output, "wb") as out:
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT if limit else subprocess.DEVNULL,
                                 stdin=subprocess.DEVNULL, cwd=cwd)
        timer = threading.Timer(limit, stop) if limit else None
        if timer:
            timer.start()
        cpu, rss, wall = 0.0, 0, 0.0
        while True:
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                break
            cpu += usage.ru_utime + usage.ru_stime
            rss = max(rss, usage.ru_maxrss)
            if pid == child.pid:
                child.returncode = os.waitstatus_to_exitcode(status)
            wall = time.monotonic() - start
        if timer:
            timer.cancel()
    return Run(cpu, wall, rss / 1024, None if expired.is_set() else child.returncode)


def take_free_memory(size=1 << 30):
    """Touches so many bytes of free memory, and gives them back.

    The host of a virtual machine takes back what lies free for some seconds, and giving it anew takes ten times as long as
    clearing it. A run right after this finds memory as it is on a machine of its own. In a process of its own, for its peak
    would count as that of every child.
    """
    subprocess.run([sys.executable, "-c", TAKE, str(size)], check=True)


def checked(command, output=os.devnull):
    result = run(command, output)
    if result.code != 0:
        sys.exit(f"{' '.join(command)} ended with {result.code}")
    return result


def anonymous_peak(command, output=os.devnull):
    """The peak of anonymous resident memory in bytes, looked at once a millisecond."""
    with open(output, "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        peak = 0
        while child.poll() is None:
            try:
                with open(f"/proc/{child.pid}/status") as status:
                    peak = max([peak] + [int(line.split()[1]) for line in status if line.startswith("RssAnon:")])
            except OSError:
                pass
            time.sleep(0.001)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}")
    return peak * 1024


def interleaved(commands, rounds, output=os.devnull):
    """Runs each command once unmeasured, then all in turn, `rounds` times, with free memory at hand; gives the runs of each."""
    for command in commands.values():
        checked(command, output)
    results = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            take_free_memory()
            results[name].append(checked(command, output))
    return results


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def machine():
    """One line that says where figures come from."""
    with open("/proc/cpuinfo") as info:
        model = next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    with open("/proc/meminfo") as info:
        memory = int(info.readline().split()[1]) / 1024 / 1024
    with open("/etc/debian_version") as version:
        debian = version.read().strip()
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    load = os.getloadavg()[0]
    return (f"{time.strftime('%Y-%m-%d')}; {model}, {os.cpu_count()} processors, {memory:.0f} GiB, Linux "
            f"{os.uname().release}, Debian {debian}; {swift}; load {load:.1f}")
