"""Runs programs and takes what the operating system says of each once it is over."""

import os
import statistics
import subprocess
import time


class Run:
    """One finished run: processor and wall seconds, peak memory in MiB."""

    def __init__(self, usage, wall, status):
        self.cpu = usage.ru_utime + usage.ru_stime
        self.wall = wall
        self.peak = usage.ru_maxrss / 1024
        self.status = status


def run_once(command, environment=None):
    """Runs a command with its output thrown away."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(usage, time.monotonic() - start, process.returncode)


def run_in_turn(programs, n_runs):
    """Runs programs (name -> command) one after the other, n_runs times over and once
    before that does not count, so that a machine that slows down slows all of them.
    Returns name -> runs; a program that fails is left out, with a word to the user."""
    runs = {name: [] for name in programs}
    for turn in range(n_runs + 1):
        for name in list(runs):
            run = run_once(programs[name])
            if run.status != 0:
                print(f"  {name}: exit status {run.status}; left out", flush=True)
                del runs[name]
            elif turn > 0:
                runs[name].append(run)
    return runs


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)


def ratio(runs, others, figure):
    """Median of the ratios of runs that were neighbours."""
    return statistics.median(getattr(a, figure) / getattr(b, figure)
                             for a, b in zip(runs, others))
