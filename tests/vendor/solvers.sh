# solvers: the networks of check.sh, what costate computes for each, and the folders they are emitted into. A case is
# SPEC:REAL:BLOCK:MODE; MODE is trainer (--trainer), forward (--params) or trained (--params --trainable --trainer
# --amalgamate).
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wundef -Werror"

inputs() { case $1 in n4163) echo 4 ;; steps | flow) echo 3 ;; *) echo 2 ;; esac }
outputs() { case $1 in n241 | plain) echo 1 ;; n4163) echo 3 ;; *) echo 2 ;; esac }
upper() { echo "$1" | tr a-z A-Z; }

# Runs a command without its output, which is shown where it fails.
quietly() {
    "$@" >"$out/log" 2>&1 || { cat "$out/log"; fail "$*"; return 1; }
}

# What the program itself computes for spec $1: initial and trained parameters, a gradient, predictions.
reference() {
    spec=$here/$1.lua dir=$out/$1 kind=
    mkdir -p "$dir"
    case $1 in steps | pairs) kind=real ;; esac
    node "$here/data.js" csv "$(inputs "$1")" "$(outputs "$1")" $kind >"$dir/samples.csv"
    data="--data $dir/samples.csv ${kind:+--label t0,t1}"
    quietly "$costate" train "$spec" $data --iterations 1 --out "$dir/first" --force
    quietly "$costate" gradient "$spec" $data --init "$dir/first/model.safetensors" -o "$dir/gradient.safetensors"
    quietly "$costate" train "$spec" $data --init "$dir/first/model.safetensors" --iterations 3 --out "$dir/second" --force
    quietly "$costate" predict "$spec" $data --params "$dir/first/model.safetensors" -o "$dir/predictions.csv"
}

# Makes $1 the case that is spoken of.
choose() {
    case=$1
    IFS=: read -r solver real block mode <<EOF
$case
EOF
    dir=$out/$solver/$mode-$real-$block
    bound=1e-13
    [ "$real" = float ] && bound=5e-6
    defines="-DSOLVER=$solver -DNAME=$(upper "$solver") -DBOUND=$bound -I$dir"
    [ "$mode" = forward ] && defines="$defines -DFORWARD_ONLY=1"
    [ "$mode" = trained ] && defines="$defines -DTRAINED=1"
    return 0
}

# Emits case $1, with the numbers that harness.c compares with.
emit() {
    choose "$1"
    model=$out/$solver/first/model.safetensors
    case $mode in
    trainer) options=--trainer ;;
    forward) options="--params $model" ;;
    trained) options="--params $model --trainable --trainer --amalgamate" ;;
    esac
    quietly "$costate" emit "$here/$solver.lua" --real "$real" --block "$block" $options -o "$dir" --force
    node "$here/data.js" header "$real" "$out/$solver/samples.csv" "$(outputs "$solver")" "$model" \
        "$out/$solver/gradient.safetensors" "$out/$solver/second/model.safetensors" "$out/$solver/predictions.csv" \
        >"$dir/data.h"
    [ "$mode" != trained ] ||
        printf '#define %s_IMPLEMENTATION 1\n#include "%s.h"\n' "$(upper "$solver")" "$solver" >"$dir/$solver.c"
}

# Object $1 of the solver: definitions have its prefix and are not writable; nothing but what is allowed is asked for,
# and $helpers, what a target's compiler needs for arithmetic that the target does not have.
symbols() {
    strange=$(llvm-nm "$1" | awk -v prefix="${solver}_" -v types="${types:-TtRr}" \
        -v allowed="^(memcpy|memset|memmove|memcmp|sqrt|sqrtf|_GLOBAL_OFFSET_TABLE_${helpers:+|$helpers})\$" '
        { name = $NF; type = $(NF - 1) }
        name ~ /^(\.?L[.0-9A-Z]|\$|__x86\.get_pc_thunk)/ { next } # labels of the compiler
        { sub(/^_ZL[0-9]+/, "", name) } # static in C++
        type == "U" ? name !~ allowed : index(name, prefix) != 1 || !index(types, type)')
    [ -z "$strange" ] || { echo "symbols of $case, among them:"; echo "$strange" | head -n 5; return 1; }
}
