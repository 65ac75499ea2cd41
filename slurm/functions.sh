# Pasted into the job scripts: run a step, pass signals on to it, requeue the job when the search stopped early.
restarts_allowed=20
failures_allowed=3  # restarts after which a rank that dies is no accident any more
cannot_start=86  # a node lacks what the job needs

say() { printf '%s job %s: %s\n' "$(date +%FT%T)" "$SLURM_JOB_ID" "$*"; }

# Slurm sends USR1 to this shell 180 s before the time is up, and when the job is preempted where the site has it so.
child=
stopping=0
pass_on() {
  stopping=1
  [[ -z $child ]] || kill -USR1 "$child" 2>/dev/null
}
trap pass_on USR1 TERM

# Every node must see the same files; one that does not is named, so that it can be excluded.
preflight() {
  # shellcheck disable=SC2016  # the nodes expand it
  srun --mpi=none --nodes="$SLURM_NNODES" --ntasks="$SLURM_NNODES" --ntasks-per-node=1 --cpus-per-task=1 bash -c '
    problem=
    [[ -x $0 ]] || problem="cannot run $0"
    [[ -r $1 ]] || problem="cannot read $1"
    [[ -d $2 && -w $2 ]] || problem="cannot write to $2"
    [[ -n $problem ]] || "$0" --version >/dev/null || problem="$0 does not start (are the same modules loaded there?)"
    [[ -z $problem ]] || { echo "node $SLURMD_NODENAME $problem. Exclude it: sbatch --exclude=$SLURMD_NODENAME"; exit 86; }
  ' "$shoal" "$config" "$run_dir" || exit "$cannot_start"
}

# Runs one step and returns its exit code. A shell's `wait` returns early when a signal arrives, so it waits in a loop.
run_step() {
  ((stopping == 0)) || return 85
  # From Slurm 22.05 on srun does not take this over from the job.
  [[ -z ${SLURM_CPUS_PER_TASK:-} ]] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK
  # The program stops before this time by itself. Not every Slurm sets it, and sbatch called within a job inherits another's.
  local end
  end=$(end_of_job) && export SLURM_JOB_END_TIME=$end
  # Under srun, Open MPI 4.1 may take the ranks of several nodes for neighbours; shared windows then fail (error 53).
  ((SLURM_NNODES == 1)) || export OMPI_MCA_osc=${OMPI_MCA_osc:-^sm}
  srun --mpi=pmix --kill-on-bad-exit=1 "$@" &
  child=$!
  while kill -0 "$child" 2>/dev/null; do wait "$child"; done
  wait "$child"
}

end_of_job() {
  local end
  end=$(squeue --noheader --format=%e --jobs="$SLURM_JOB_ID" | head -n 1)
  [[ -n $end ]] && date --date="$end" +%s 2>/dev/null
}

# Puts this job, or this task of an array, back into the queue.
requeue() {
  local job=$SLURM_JOB_ID
  [[ -z ${SLURM_ARRAY_JOB_ID:-} ]] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
  if ((${SLURM_RESTART_COUNT:-0} >= restarts_allowed)); then
    say "stopped early again after $restarts_allowed restarts: not requeued (a loop?). Look at log.txt, then submit it again"
    exit 85
  fi
  say "not done yet: back into the queue, to go on from the newest checkpoint"
  # What follows ends this script; the sleep keeps it from ending by itself before.
  scontrol requeue "$job" && sleep 60
  exit 85
}

# The end of the script, from the exit code of its step.
finish() {
  local code=$1
  # Ranks that were still starting when the signal came do not listen yet: it kills them.
  ((stopping == 1 && code >= 128)) && code=85
  ((code != 85)) || requeue
  # A rank or its device is gone (5, or a signal): another try, perhaps on other nodes, from the newest checkpoint.
  if (((code == 5 || code >= 128) && ${SLURM_RESTART_COUNT:-0} < failures_allowed)); then requeue; fi
  ((code == 0)) || say "the search failed with exit code $code (docs/running.md lists them)"
  exit "$code"
}
