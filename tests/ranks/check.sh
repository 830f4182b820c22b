#!/bin/sh
# Trainings by several ranks beside those of the program alone: the same bytes, and the same ends where something goes
# wrong. Exits 1 when anything is wrong. Usage: check.sh FOLDER-OF-PROGRAMS FOLDER-TO-WORK-IN MPIRUN...
set -eu
programs=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2" && mkdir -p "$2"
cd "$2"
shift 2
mpirun=$*
one=$programs/costate
many=$programs/costate-mpi
: >failures
: >passes
export XDG_CACHE_HOME="$PWD/cache"

fail() {
    echo "FAILED: $*" | tee -a failures
}

pass() {
    echo "$*" >>passes
}

# ranks N WORDS..: that command line of costate by so many ranks, a thread each.
ranks() {
    count=$1
    shift
    timeout 120 $mpirun -n "$count" "$many" "$@" --threads 1
}

# same WHAT FILE FILE: are they?
same() {
    if cmp -s "$2" "$3"; then pass "$1"; else fail "$1: $2 and $3 differ"; fi
}

# says WHAT FILE TIMES TEXT: stands the text there so many times?
says() {
    found=$(grep -c -F "$4" "$2" || true)
    if [ "$found" = "$3" ]; then pass "$1"; else
        fail "$1: \"$4\" is there $found times, not $3, in $2:"
        sed 's/^/    /' "$2"
    fi
}

# trains NAME SPEC OPTIONS..: by one rank and by several, model and trace.
trains() {
    name=$1
    spec=$2
    shift 2
    "$one" train "$spec" "$@" --out "$name/1" --threads 2 >"$name.log" 2>&1 || fail "$name alone: $(cat "$name.log")"
    for n in 2 3 4 7; do
        ranks $n train "$spec" "$@" --out "$name/$n" >"$name.log" 2>&1 || fail "$name by $n: $(cat "$name.log")"
        for file in model.safetensors trace.csv; do
            same "$name by $n" "$name/1/$file" "$name/$n/$file"
        done
    done
}

. "$here/data.sh"
. "$here/bits.sh"
. "$here/ends.sh"

data
algorithms
forms
stored
commands
resumed
swept
killed
full_disk
unequal
interrupted
[ ! -s failures ] || { echo "check-mpi: $(wc -l <failures) failures"; exit 1; }
echo "check-mpi: $(wc -l <passes) comparisons hold"
