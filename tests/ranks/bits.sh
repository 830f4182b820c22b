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

# In float, with learnt inputs, of names of classes, standardised and split.
forms() {
    trains starts "$here/starts.lua" --set train.search=armijo
    trains table "$here/classes.lua" --data table.csv --label y --standardize --split 0.8 --set train.search=armijo
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
