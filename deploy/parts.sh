# shellcheck shell=bash
# part NAME COMMAND…: runs the command and notes its wall and processor time; tell_parts prints what was noted. Sourced, not run.
# Scripts that call one another note into the same file, SHOAL_PARTS, and the outermost one tells.

note_parts() {
  if [[ -n ${SHOAL_PARTS:-} ]]; then return; fi
  SHOAL_PARTS=$(mktemp)
  export SHOAL_PARTS
  trap tell_parts EXIT
}

part() {
  local name=$1 status=0 seconds TIMEFORMAT='%R %U %S'
  shift
  # The command keeps its own standard error; only bash's report goes into the file.
  seconds=$(mktemp)
  { time "$@" 2>&3 3>&-; } 3>&2 2>"$seconds" || status=$?
  printf '%s\t%s\n' "$name" "$(<"$seconds")" >>"$SHOAL_PARTS"
  rm -f "$seconds"
  return "$status"
}

tell_parts() {
  awk -F '\t' '
    function row(name, wall, cpu) { printf "%-28s %8.0f s %12.0f s\n", name, wall, cpu }
    BEGIN { printf "%-28s %10s %14s\n", "part", "wall time", "processor time" }
    { split($2, t, " "); row($1, t[1], t[2] + t[3]); wall += t[1]; cpu += t[2] + t[3] }
    END { row("together", wall, cpu) }' "$SHOAL_PARTS"
  rm -f "$SHOAL_PARTS"
}
