"""What bench/run, bench/compare and the peers share: results as checksummed JSON, timed children.

A result file is one JSON object:
  format      1
  machine     cpu, cores, memoryBytes, kernel
  build       commit, dirty (uncommitted changes), binary (SHA-256 of the klean that ran)
  parameters  everything that must be equal for two results to be comparable
  figures     name -> {unit, better: "lower" or "higher", values: one for each repeat, in order}
  digests     what the runs computed, such as the index digest: equal work gives equal digests
  sizes       bytes on disk
  reports     klean's own JSON reports of the last repeat, by figure
  checksum    SHA-256 of all of the above as compact JSON with sorted keys
"""
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def hash_sets(folder, kind, bank, queries):
    """Makes `bank` entries and `queries` of a kind ("real", "uni") by peers/hash_sets.c, which a
    C compiler builds first. - Returns: the prefix of their files."""
    maker = os.path.join(folder, "hash_sets")
    if not os.path.exists(maker):
        source = os.path.join(ROOT, "bench/peers/hash_sets.c")
        subprocess.run([os.environ.get("CC", "cc"), "-O3", "-ffp-contract=off", source, "-lm",
                        "-o", maker], check=True)
    prefix = os.path.join(folder, kind)
    subprocess.run([maker, kind, str(bank), str(queries), prefix], check=True)
    return prefix


def canonical(result):
    body = {key: value for key, value in result.items() if key != "checksum"}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def checksum(result):
    return hashlib.sha256(canonical(result).encode()).hexdigest()


def write_result(path, result):
    """Writes to a temporary name first, so that a result is whole or absent."""
    result["checksum"] = checksum(result)
    temporary = path + ".tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(result, file, sort_keys=True, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(temporary, path)


def read_result(path):
    """Ends the program with code 2 when the file is no whole result."""
    def refuse(why):
        print(f"{path}: {why}", file=sys.stderr)
        sys.exit(2)

    try:
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
    except (OSError, ValueError) as error:
        refuse(f"cannot be read as a result: {error}")
    if not isinstance(result, dict) or result.get("format") != 1:
        refuse("expected result format 1")
    found = checksum(result)
    if result.get("checksum") != found:
        refuse(f"expected checksum {result.get('checksum')}, found {found}: edited or cut")
    return result


def machine():
    def first(path, prefix):
        try:
            with open(path, encoding="utf-8") as file:
                for line in file:
                    if line.startswith(prefix):
                        return line.split(":", 1)[1].strip()
        except OSError:
            return ""
        return ""

    memory = first("/proc/meminfo", "MemTotal").split()
    return {
        "cpu": first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memoryBytes": int(memory[0]) * 1024 if memory else 0,
        "kernel": platform.release(),
    }


def build(binary):
    def git(*arguments):
        done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    with open(binary, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "commit": git("rev-parse", "HEAD"),
        "dirty": bool(git("status", "--porcelain", "--untracked-files=no")),
        "binary": digest,
    }


class Timed:
    """One finished child: wall and CPU seconds, peak memory, what it printed."""

    def __init__(self, command, environment=None):
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            start = time.monotonic()
            child = subprocess.Popen(
                command, stdout=output, stderr=errors, env={**os.environ, **(environment or {})})
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.monotonic() - start
            child.returncode = self.code = os.waitstatus_to_exitcode(status)
            # Of the child and of every descendant that it waited for.
            self.cpu_seconds = usage.ru_utime + usage.ru_stime
            self.peak_bytes = usage.ru_maxrss * 1024  # of the largest single process
            output.seek(0)
            errors.seek(0)
            self.output = output.read().decode(errors="replace")
            self.errors = errors.read().decode(errors="replace")
        if self.code != 0:
            tail = "\n".join((self.output + self.errors).strip().splitlines()[-5:])
            raise SystemExit(f"{' '.join(command)}: exit code {self.code}\n{tail}")

    def report(self):
        """The JSON object that the child printed last, or an empty one."""
        for line in [self.output] + self.output.strip().splitlines()[::-1]:
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict):
                return found
        return {}


def folder_bytes(path):
    return sum(
        os.path.getsize(os.path.join(folder, name))
        for folder, _, names in os.walk(path) for name in names)


class Figures:
    """Figures by name, one value for each repeat."""

    def __init__(self):
        self.by_name = {}

    def add(self, name, unit, value, better="lower"):
        figure = self.by_name.setdefault(name, {"unit": unit, "better": better, "values": []})
        figure["values"].append(round(value, 6))

    def add_stages(self, prefix, report):
        """Every number of a report whose name ends in `Seconds`, or stands under such a name."""
        def walk(path, value, is_seconds):
            if isinstance(value, dict):
                for key in sorted(value):
                    walk(path + [key], value[key], is_seconds or key.lower().endswith("seconds"))
            elif is_seconds and isinstance(value, (int, float)) and not isinstance(value, bool):
                self.add(".".join([prefix] + path), "s", float(value))

        walk([], report, False)
