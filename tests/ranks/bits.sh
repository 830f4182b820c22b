# The same bits for every number of ranks.

algorithms() {
    for search in armijo lipschitz; do
        trains $search "$here/classes.lua" --set train.search=$search
    done
    for algorithm in lbfgs newton; do
        trains $algorithm "$here/classes.lua" --set train.algorithm=$algorithm
    done
    trains adam "$here/classes.lua" --set train.algorithm=adam --set train.batch=1200 --iterations 4
    trains gaussnewton "$here/rates.lua" --data ponds.csv.gz
}

# In float, with learnt inputs, implicit, of names of classes, scaled and split, with weights, by the system's compiler,
# with signals.
forms() {
    trains starts "$here/starts.lua" --set train.search=armijo
    trains implicit "$here/classes.lua" --set method=gauss4 --set train.search=armijo --iterations 2
    for n in 1 7; do grep equations_solved implicit/$n/report.json >implicit.$n || true; done
    same "implicit stages" implicit.1 implicit.7
    trains weights "$here/classes.lua" --data table.csv --label y --standardize --class-weight balanced --set train.search=armijo
    trains scaled "$here/rates.lua" --data ponds.csv.gz --standardize --standardize-labels --set train.search=armijo
    trains compiled "$here/classes.lua" --backend cc --set train.search=armijo --iterations 2
    trains driven "$here/driven.lua" --data rows.npy --labels labels.npy --signals signals.npy
    trains table "$here/classes.lua" --data table.csv --label y --standardize --split 0.8 --set train.search=armijo
}

# Rows that stay in their files, of which each rank looks at its own; and the same that are read.
stored() {
    export COSTATE_STAY_BYTES=0
    trains rows "$here/classes.lua" --data rows.npy --labels labels.npy --set train.search=armijo
    trains batches "$here/classes.lua" --data rows.npy --labels labels.npy --set train.algorithm=adam \
        --set train.batch=1200 --iterations 4
    trains shades "$here/classes.lua" --data rows.idx --labels labels.npy --standardize --test rows.npy \
        --test-labels labels.npy --set train.algorithm=newton
    ranks 3 gradient "$here/classes.lua" --data rows.npy --labels labels.npy -o rows.gradient >rows.log
    unset COSTATE_STAY_BYTES
    "$one" train "$here/classes.lua" --data rows.npy --labels labels.npy --set train.search=armijo --out read >rows.log 2>&1
    "$one" gradient "$here/classes.lua" --data rows.npy --labels labels.npy -o read.gradient >rows.log
    same "rows that are read" rows/1/trace.csv read/trace.csv
    same "gradient of rows" rows.gradient read.gradient
}

commands() {
    for n in 3; do
        for what in gradient predict evaluate; do
            mkdir -p $what
        done
        "$one" gradient "$here/classes.lua" -o gradient/1 >gradient/1.log
        ranks $n gradient "$here/classes.lua" -o gradient/$n >gradient/$n.log
        "$one" predict armijo/1 --data table.csv --features x1,x2 -o predict/1
        ranks $n predict armijo/1 --data table.csv --features x1,x2 -o predict/$n
        "$one" evaluate armijo/1 --json >evaluate/1
        ranks $n evaluate armijo/1 --json >evaluate/$n
        for what in gradient predict evaluate; do
            same $what $what/1 $what/$n
        done
        same "gradient's report" gradient/1.log gradient/$n.log
    done
}

# A run goes on by another number of ranks.
resumed() {
    for algorithm in lbfgs adam; do
        rm -rf resumed
        options="--set train.algorithm=$algorithm"
        [ $algorithm = lbfgs ] || options="$options --set train.batch=1200"
        ranks 4 train "$here/classes.lua" $options --iterations 2 --out resumed >resumed.log 2>&1
        ranks 3 train "$here/classes.lua" $options --iterations 4 --out resumed --resume >resumed.log 2>&1 ||
            fail "$algorithm resumed: $(cat resumed.log)"
        same "$algorithm resumed" $algorithm/1/model.safetensors resumed/model.safetensors
        same "$algorithm resumed" $algorithm/1/trace.csv resumed/trace.csv
    done
}

# Trainings of a sweep, spread over ranks; one of them cannot begin, which is said once.
swept() {
    words="sweep $here/classes.lua --set layers=2,3,4,5,6 --set data.samples=600 --iterations 3 --jobs 1"
    "$one" $words --out swept/1 >swept1.log 2>&1 || fail "sweep: $(cat swept1.log)"
    timeout 120 $mpirun -n 3 "$many" $words --out swept/3 >swept3.log 2>&1 || fail "sweep by 3: $(cat swept3.log)"
    for n in 1 3; do cut -d, -f1-8,10 swept/$n/sweep.csv >swept$n.csv; done # not the seconds
    same "sweep by 3" swept1.csv swept3.csv
    mkdir -p swept/4
    : >swept/4/layers=4
    if timeout 120 $mpirun -n 4 "$many" $words --out swept/4 >swept4.log 2>&1; then fail "sweep with a fault: no error"; fi
    says "sweep with a fault" swept4.log 1 "layers=4: cannot"
    says "sweep with a fault" swept/4/sweep.csv 4 "layers="
}
