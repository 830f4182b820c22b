# solvers: the networks of check.sh, what costate computes for each, and the folders they are emitted into. A case is
# SPEC:REAL:BLOCK:MODE; MODE is trainer (--trainer), second (--trainer --hessian --step), forward (--params) or trained
# (--params --trainable --trainer --amalgamate).
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wundef -Werror"

inputs() { case $1 in n4163) echo 4 ;; steps | flow) echo 3 ;; *) echo 2 ;; esac }
outputs() { case $1 in n241 | plain) echo 1 ;; n4163) echo 3 ;; *) echo 2 ;; esac }
upper() { echo "$1" | tr a-z A-Z; }

# Runs a command without its output, which is shown where it fails.
quietly() {
    "$@" >"$out/log" 2>&1 || { cat "$out/log"; fail "$*"; return 1; }
}

# Samples of spec $1 in $dir, as options in $data.
samples() {
    case $1 in
    driven) node "$here/data.js" arrays "$dir" 2 3 3 real 7 2 ;;
    begun) node "$here/data.js" arrays "$dir" 2 2 3 classes 0 0 ;;
    rates) node "$here/data.js" arrays "$dir" 2 4 2 real 0 0 ;;
    force) node "$here/data.js" arrays "$dir" 2 1 0 none 8 1 ;;
    *)
        kind=
        case $1 in steps | pairs) kind=real ;; esac
        node "$here/data.js" csv "$(inputs "$1")" "$(outputs "$1")" $kind >"$dir/samples.csv"
        data="--data $dir/samples.csv ${kind:+--label t0,t1}"
        return
        ;;
    esac
    data="--data $dir/x.npy"
    [ ! -e "$dir/labels.npy" ] || data="$data --labels $dir/labels.npy"
    [ ! -e "$dir/signals.npy" ] || data="$data --signals $dir/signals.npy"
}

# What the program itself computes for spec $1: initial and trained parameters, a gradient, predictions, and the product
# of the Hessian with the parameters.
reference() {
    spec=$here/$1.lua dir=$out/$1 first=1
    mkdir -p "$dir"
    samples "$1"
    case $1 in begun | rates) first=0 ;; esac # whose predictions are of the inputs in the data
    quietly "$costate" train "$spec" $data --iterations $first --out "$dir/first" --force
    model=$dir/first/model.safetensors
    quietly "$costate" gradient "$spec" $data --init "$model" -o "$dir/gradient.safetensors"
    quietly "$costate" gradient "$spec" $data --init "$model" --direction "$model" -o "$dir/product.safetensors"
    quietly "$costate" train "$spec" $data --init "$model" --iterations 3 --out "$dir/second" --force
    quietly "$costate" predict "$spec" $data --params "$model" -o "$dir/predictions.csv"
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
    second) options="--trainer --hessian --step" ;;
    forward) options="--params $model" ;;
    trained) options="--params $model --trainable --trainer --amalgamate" ;;
    esac
    quietly "$costate" emit "$here/$solver.lua" --real "$real" --block "$block" $options -o "$dir" --force
    samples=$out/$solver/samples.json product=-
    [ -e "$samples" ] || samples=$out/$solver/samples.csv
    [ "$mode" != second ] || product=$out/$solver/product.safetensors
    node "$here/data.js" header "$real" "$samples" "$(outputs "$solver")" "$model" \
        "$out/$solver/gradient.safetensors" "$out/$solver/second/model.safetensors" "$out/$solver/predictions.csv" \
        "$product" >"$dir/data.h"
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
