# What happens to all when something happens to one.

# A long training, in the background, once it has begun.
begin() {
    rm -rf "$1"
    timeout 120 $mpirun -n 3 "$many" train "$here/classes.lua" --threads 1 --iterations 100000000 --out "$1" >"$1.log" 2>&1 &
    job=$!
    for _ in $(seq 300); do
        [ ! -s "$1/state.safetensors" ] || break
        sleep 0.1
    done
    [ -s "$1/state.safetensors" ] || fail "$1: no run after 30 s"
}

# The process of one of the ranks.
rank_of() {
    pgrep -f "^$many train .* --out $1\$" | sed -n 2p
}

killed() {
    begin killed
    kill -9 "$(rank_of killed)"
    if wait $job; then fail "killed: it ended well"; else pass killed; fi
    pgrep -f "^$many train .* --out killed\$" >/dev/null && fail "killed: ranks go on"
    "$one" train "$here/classes.lua" --iterations 4 --out killed --resume >killed.log 2>&1 || fail "killed: $(cat killed.log)"
    same killed armijo/1/model.safetensors killed/model.safetensors
}

# Any rank that is told to ends the training after its iteration, and what there is is kept.
interrupted() {
    begin interrupted
    kill -TERM "$(rank_of interrupted)"
    wait $job || fail "interrupted: $(cat interrupted.log)"
    says interrupted interrupted.log 1 "(interrupted)"
    pgrep -f "^$many train .* --out interrupted\$" >/dev/null && fail "interrupted: ranks go on"
    head -n 2 armijo/1/trace.csv >interrupted.1
    head -n 2 interrupted/trace.csv >interrupted.3
    same interrupted interrupted.1 interrupted.3
}

# The disk of the rank that writes is full, or that of another. A limit on files stands for it, and MPI's own files, which
# it needs for shared memory, must do without.
full_disk() {
    words="train $here/classes.lua --threads 1 --iterations 300 --out full"
    limited="ulimit -f 4; exec $many $words"
    without="-mca btl self,tcp -mca osc pt2pt"
    rm -rf full
    if timeout 120 $mpirun $without -n 1 sh -c "$limited" : -n 2 "$many" $words >full.log 2>&1; then
        fail "full disk: no error"
    fi
    says "full disk" full.log 1 "cannot write"
    pgrep -f "^$many $words\$" >/dev/null && fail "full disk: ranks go on"
    rm -rf full
    timeout 120 $mpirun $without -n 1 "$many" $words : -n 2 sh -c "$limited" >full.log 2>&1 ||
        fail "another's full disk: $(cat full.log)"
}

# Errors of all ranks, and of one of them, are printed once.
unequal() {
    mkdir -p without
    if ranks 3 train "$here/classes.lua" --data nowhere.csv --out unequal >unequal.log 2>&1; then fail "no data: no error"; fi
    says "no data" unequal.log 1 "nowhere.csv"
    words="train $here/classes.lua --data table.csv --label y --out $PWD/unequal"
    if timeout 120 $mpirun -n 2 "$many" $words : -n 1 -wdir "$PWD/without" "$many" $words >unequal.log 2>&1; then
        fail "no data on one: no error"
    fi
    says "no data on one" unequal.log 1 "rank 2: table.csv: cannot read: No such file or directory"
    words="train $here/classes.lua --set data.samples=100000000 --out unequal"
    limited="ulimit -v 3000000; exec $many $words"
    if timeout 120 $mpirun -n 3 sh -c "$limited" >unequal.log 2>&1; then fail "too many samples: no error"; fi
    says "too many samples" unequal.log 1 "GiB of memory"
    if timeout 120 $mpirun -n 1 "$many" $words : -n 1 sh -c "$limited" >unequal.log 2>&1; then
        fail "too many samples for one: no error"
    fi
    says "too many samples for one" unequal.log 1 "rank 1: "
    says "too many samples for one" unequal.log 1 "GiB of memory"
    [ ! -e unequal ] || fail "unequal: a folder is left"
}
