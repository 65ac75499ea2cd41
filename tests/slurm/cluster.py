"""A real Slurm with four nodes on one machine. Its processes live in a process namespace of their own, whose end takes
all of them along: enter_namespace() starts the calling script again inside one."""
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from machine_speed import allowed  # noqa: E402

NEEDED = ("munged", "mungekey", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue", "unshare", "setpriv", "hostname")
SKIPPED = 77
NODES = ("n1", "n2", "n3", "n4")
NAMESPACE = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child", "--mount"]


def reason_to_skip():
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing:
        return f"{', '.join(missing)} not installed (deploy/setup.sh --tests)"
    if os.geteuid() != 0:
        return "only root can start the nodes"
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
        return "unshare is not permitted here"
    return None


def enter_namespace():
    """Returns inside the namespace; outside it ends the process, with the status of the one inside or 77."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if os.environ.get("SHOAL_TEST_NAMESPACE"):
        return
    reason = reason_to_skip()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    os.environ["SHOAL_TEST_NAMESPACE"] = "1"
    sys.exit(subprocess.run([*NAMESPACE, sys.executable, *sys.argv], check=False).returncode)


def free_ports(count):
    """The first of `count` neighbouring ports that nobody listens on: two checkouts may be tested at the same time."""
    for first in range(20000 + os.getppid() % 500 * 10, 32000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("", port))
            return first
        except OSError:
            continue
    raise OSError("no free ports")


class Cluster:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="shoal-slurm-"))
        self.folder.chmod(0o755)
        self.processes = []
        self.configure()
        self.start_munge()
        self.start_slurm()

    def configure(self):
        for name in ("log", "state", "gpu", *(f"{kind}-{node}" for kind in ("spool", "tmp") for node in NODES)):
            (self.folder / name).mkdir()
        text = Path(__file__).with_name("slurm.conf.in").read_text(encoding="utf-8")
        first = free_ports(1 + len(NODES))
        values = {"R": self.folder, "H": socket.gethostname().split(".")[0], "CONTROL_PORT": first,
                  "NODE_PORTS": f"[{first + 1}-{first + len(NODES)}]"}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (self.folder / "slurm.conf").write_text(text, encoding="utf-8")
        lines = ["AutoDetect=off"]
        for node in NODES:
            for device in (0, 1):
                subprocess.run(["mknod", self.folder / f"gpu/{node}_{device}", "c", "1", "3"], check=True)
            lines.append(f"NodeName={node} Name=gpu File={self.folder}/gpu/{node}_[0-1]")
        (self.folder / "gres.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        os.environ["SLURM_CONF"] = str(self.folder / "slurm.conf")
        # More ranks than cores: those that wait must not keep the others from working. mpirun does this by itself.
        os.environ["OMPI_MCA_mpi_yield_when_idle"] = "1"

    def start(self, *command):
        with (self.folder / f"log/{Path(command[0]).name}-{len(self.processes)}.txt").open("w", encoding="utf-8") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True))

    def start_munge(self):
        folder = self.folder / "munge"
        folder.mkdir()
        user = pwd.getpwnam("munge")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_munge = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        subprocess.run([*as_munge, shutil.which("mungekey"), "--create", f"--keyfile={folder}/key"], check=True)
        self.start(*as_munge, shutil.which("munged"), "--foreground", "--force", f"--key-file={folder}/key", f"--socket={folder}/sock",
                   f"--pid-file={folder}/pid", f"--log-file={folder}/log", f"--seed-file={folder}/seed")
        self.wait(lambda: (folder / "sock").exists(), "munged", 10)

    def start_slurm(self):
        self.start("slurmctld", "-D", "-c")
        hosts = self.folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {socket.gethostname()} {' '.join(NODES)}\n", encoding="utf-8")
        for node in NODES:
            # A host name, which the others can look up, and shared memory of its own: Open MPI must not take two nodes for one.
            self.start("unshare", "--mount", "--uts", "sh", "-c",
                       f"hostname {node} && mount -t tmpfs tmpfs /dev/shm && mount --bind {hosts} /etc/hosts && exec slurmd -D -N {node}")
        self.wait(lambda: self.run("sinfo", "-h", "-o", "%D %t").strip() == "8 idle" or
                  self.run("sinfo", "-h", "-p", "main", "-o", "%D %t").strip() == "4 idle", "Slurm", 30)

    def wait(self, condition, what, seconds):
        end = time.monotonic() + allowed(seconds)
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.1)
        raise TimeoutError(f"{what} did not get there in {seconds} s\n{self.logs()}")

    def logs(self):
        """The ends of all logs, for a failure's message."""
        files = [*sorted((self.folder / "log").iterdir()), *sorted((self.folder / "munge").glob("log"))]
        return "\n".join(f"== {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:]) for path in files)

    def run(self, *command):
        return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=30).stdout

    def job(self, job_id):
        """What Slurm knows about a job: {} once it has forgotten it."""
        text = self.run("scontrol", "show", "job", "-o", job_id).splitlines()
        return dict(part.split("=", 1) for part in text[0].split(" ") if "=" in part) if text else {}

    def wait_for_state(self, job_id, *states, seconds=60):
        self.wait(lambda: self.job(job_id).get("JobState") in states, f"job {job_id} ({self.job(job_id).get('JobState')})", seconds)

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
