#!/bin/sh
# Emitted solvers, as users would take them in: every compiler and standard, every target, against what costate
# computes. Prints a table; exits 1 when anything is wrong. Usage: check.sh COSTATE FOLDER-TO-WORK-IN
set -eu
costate=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wundef -Werror"
failures=$out/failures
: >"$failures"
libm=-lm

fail() {
    echo "FAILED: $*" | tee -a "$failures"
}

inputs() { case $1 in n4163) echo 4 ;; steps) echo 3 ;; *) echo 2 ;; esac }
outputs() { case $1 in n241) echo 1 ;; n4163) echo 3 ;; *) echo 2 ;; esac }
upper() { echo "$1" | tr a-z A-Z; }

# What the program itself computes for spec $1: initial and trained parameters, a gradient, predictions.
reference() {
    spec=$here/$1.lua dir=$out/$1 kind=
    mkdir -p "$dir"
    [ "$1" = steps ] && kind=real
    node "$here/data.js" csv "$(inputs "$1")" "$(outputs "$1")" $kind >"$dir/samples.csv"
    labels=${kind:+"--label t0,t1"}
    "$costate" train "$spec" --data "$dir/samples.csv" $labels --iterations 1 --out "$dir/first" --force >/dev/null 2>&1
    "$costate" gradient "$spec" --data "$dir/samples.csv" $labels --init "$dir/first/model.safetensors" \
        -o "$dir/gradient.safetensors" >/dev/null
    "$costate" train "$spec" --data "$dir/samples.csv" $labels --init "$dir/first/model.safetensors" --iterations 3 \
        --out "$dir/second" --force >/dev/null 2>&1
    "$costate" predict "$spec" --data "$dir/samples.csv" $labels --params "$dir/first/model.safetensors" \
        -o "$dir/predictions.csv" 2>/dev/null >/dev/null
}

# emit SPEC REAL BLOCK MODE: into SPEC/MODE-REAL-BLOCK, which is left in $dir; MODE is trainer or forward.
emit() {
    dir=$out/$1/$4-$2-$3
    options=--trainer
    [ "$4" = forward ] && options="--params $out/$1/first/model.safetensors"
    "$costate" emit "$here/$1.lua" --real "$2" --block "$3" $options -o "$dir" --force >/dev/null
    node "$here/data.js" header "$2" "$out/$1/samples.csv" "$(outputs "$1")" "$out/$1/first/model.safetensors" \
        "$out/$1/gradient.safetensors" "$out/$1/second/model.safetensors" "$out/$1/predictions.csv" >"$dir/data.h"
    bound=1e-10
    [ "$2" = float ] && bound=2e-4
    solver=$1
    defines="-DSOLVER=$1 -DNAME=$(upper "$1") -DBOUND=$bound -I$dir"
    [ "$4" = forward ] && defines="$defines -DFORWARD_ONLY=1"
    return 0
}

# The solver of $dir by compiler $1 with flags $2, linked to the harness with $3, run by $4.. ; prints a row's end.
measure() {
    compiler=$1 flags=$2 link=$3
    shift 3
    $compiler $flags $warnings -c "$dir/$solver.c" -o "$dir/solver.o" || return 1
    $compiler $flags -O1 $defines $link "$here/harness.c" "$dir/solver.o" -o "$dir/program" $libm || return 1
    line=$("$@" "$dir/program") || { echo "${line:-does not run}"; return 1; }
    echo "$(sections) $line"
}

# Bytes of text and of data of the object in $dir.
sections() {
    { size "$dir/solver.o" 2>/dev/null || llvm-size "$dir/solver.o"; } | awk 'NR == 2 { print $1, $2 + $3 } END { if (NR < 2) print "- -" }'
}

row() { printf '%-12s %-22s %8s %5s %6s %8s  %s\n' "$@"; }

# target TITLE COMPILER FLAGS LINK RUNNER..: a row for each of the solvers.
target() {
    title=$1
    shift
    for case in ${cases:-n241:float:1:trainer n4163:float:1:trainer n241:double:64:trainer n4163:double:64:trainer steps:double:8:trainer moments:float:4:trainer n241:double:2:forward}; do
        IFS=: read -r s real block mode <<EOF
$case
EOF
        emit "$s" "$real" "$block" "$mode"
        if result=$(measure "$@"); then
            set -- "$@"
            row "$title" "$s $real $block $mode" $(reorder $result "$@")
        else
            fail "$title, $case: $result"
        fi
    done
}

# text data deviation stack instructions -> the table's order; instructions by counting where the runner is qemu.
reorder() {
    text=$1 data=$2 most=$3 stack=$4 count=$5
    shift 5
    case $4 in qemu-*) [ "$block" = 1 ] && count=$(count_instructions "$4") ;; esac
    echo "$text" "$data" "$stack" "$count" "$most"
}

# One more pass over 11 samples, seen by an emulator that notes every instruction.
count_instructions() {
    first=$("$1" -singlestep -d exec,nochain "$dir/program" 2>&1 | grep -c ^Trace)
    second=$("$1" -singlestep -d exec,nochain "$dir/program" more 2>&1 | grep -c ^Trace)
    echo $(((second - first) / 11))
}

cortex_run() {
    machine=$1
    shift
    timeout 60 qemu-system-arm -M "$machine" -nographic -monitor none -serial none -icount shift=0 \
        -semihosting-config enable=on,target=native -kernel "$1" </dev/null
}

wasm_run() {
    node -e 'const fs = require("fs");
WebAssembly.instantiate(fs.readFileSync(process.argv[1])).then(({ instance }) => {
    const most = instance.exports.largest_deviation();
    console.log(most.toExponential(1), "-", "-");
    process.exit(most <= +process.argv[2] ? 0 : 1);
});' "$1" "$bound"
}

targets() {
    row target solver text data stack insns deviation
    target x86-64 gcc -O2 ""  env
    grep -q avx2 /proc/cpuinfo && target AVX2 gcc "-O3 -mavx2 -mfma" "" env
    grep -q avx512dq /proc/cpuinfo && target AVX-512 gcc "-O3 -mavx512f -mavx512dq -mavx512vl -mfma" "" env
    target i686 i686-linux-gnu-gcc -O2 -static qemu-i386
    target "i686 SSE2" i686-linux-gnu-gcc "-O2 -msse2 -mfpmath=sse" -static qemu-i386
    target AArch64 aarch64-linux-gnu-gcc -O2 -static qemu-aarch64
    target RISC-V riscv64-linux-gnu-gcc -O2 -static qemu-riscv64
    cortex="--specs=rdimon.specs -DSYSTICK=1 -Wl,--section-start=.vectors=0 $here/cortex.c"
    cases="n241:float:1:trainer n241:float:1:forward n4163:float:1:trainer n4163:float:1:forward n241:double:1:trainer moments:float:1:trainer steps:float:1:trainer"
    target Cortex-M4F arm-none-eabi-gcc "-Os -ffunction-sections -fdata-sections -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard" "$cortex" cortex_run mps2-an386
    target Cortex-M7 arm-none-eabi-gcc "-O2 -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard" "$cortex" cortex_run mps2-an500
    cases=
    libm=
    wasm="-nostdlib -Wl,--no-entry -Wl,--export=largest_deviation"
    target wasm32 "clang --target=wasm32 -ffreestanding -fno-builtin" -O2 "$wasm" wasm_run
    target "wasm32 SIMD" "clang --target=wasm32 -ffreestanding -fno-builtin" "-O2 -msimd128" "$wasm" wasm_run
    libm=-lm
}

# ---- compilers, standards, flags ----

# Builds, runs and forgets: compiler standard flags.
builds() {
    object=$dir/build-$(echo "$*" | tr -c 'a-z0-9\n' _).o
    compiler=$1
    shift
    case $compiler in *++) language="-x c++" ;; *) language= ;; esac
    $compiler "$@" $warnings $language -c "$dir/$solver.c" -o "$object" || { fail "$compiler $*"; return; }
    gcc -O1 $defines "$here/harness.c" "$object" -o "$object.run" -lm
    "$object.run" >/dev/null || fail "$compiler $* in $dir"
    rm -f "$object" "$object.run"
}

compilers() {
    emit "$1" "$2" "$3" trainer
    for standard in c99 c11 c17 c++17; do
        case $standard in c++17) both="g++ clang++" ;; *) both="gcc clang" ;; esac
        for flags in -O0 -O1 -O2 -O3 "-O2 -march=native" "-O3 -march=native" "-O2 -fPIC"; do
            for compiler in $both; do
                builds $compiler -std=$standard $flags &
            done
            wait
        done
    done
    builds gcc -std=c99 -O2 -ffreestanding
    builds clang -std=c99 -O2 -ffreestanding
    for standard in c99 c11; do
        tcc -std=$standard -Wall -Werror -c "$dir/$solver.c" -o "$dir/tcc.o" || fail "tcc $1"
        gcc -O1 $defines "$here/harness.c" "$dir/tcc.o" -o "$dir/tcc.run" -lm && "$dir/tcc.run" >/dev/null || fail "tcc runs $1"
    done
    for compiler in gcc clang; do
        message=$($compiler -O2 -ffast-math -c "$dir/$solver.c" -o /dev/null 2>&1) && fail "$compiler takes -ffast-math"
        echo "$message" | grep -q "compile it without -ffast-math" || fail "$compiler -ffast-math says: $message"
    done
    symbols "$1"
}

# Definitions have the prefix and are not writable; nothing but these is asked for.
symbols() {
    gcc -O2 -fPIC -c "$dir/$solver.c" -o "$dir/symbols.o"
    nm "$dir/symbols.o" | grep -v ' U ' | grep -vE " [TtRr] ${1}_| r \.LC| [rd] \.(LC|data.rel.ro)" && fail "symbols of $1 above"
    nm -u "$dir/symbols.o" | grep -vE ' U (memcpy|memset|memmove|memcmp|sqrt|sqrtf|_GLOBAL_OFFSET_TABLE_)$' &&
        fail "$1 needs the symbols above"
    return 0
}

# ---- together ----

two_in_threads() {
    emit n241 double 64 trainer
    first=$dir
    emit n4163 double 64 trainer
    gcc -O2 -std=c11 -pthread -I"$first" -I"$dir" "$here/threads.c" "$first/n241.c" "$dir/n4163.c" -o "$out/threads" &&
        "$out/threads" || fail "two solvers in threads"
}

projects() {
    project=$out/project
    rm -rf "$project" && mkdir -p "$project"
    cp "$here"/project/* "$project"
    "$costate" emit "$here/n241.lua" -o "$project/n241" >/dev/null
    "$costate" emit "$here/n4163.lua" --amalgamate -o "$project/n4163" >/dev/null
    make -s -C "$project" check >/dev/null || fail "the Makefile project"
    cmake -S "$project" -B "$project/build" >/dev/null && cmake --build "$project/build" >/dev/null &&
        "$project/build/use" >/dev/null || fail "the CMake project"
    for solver in n241 n4163; do
        make -s -C "$project/$solver" check >/dev/null || fail "the example of $solver"
        cmake -S "$project/$solver" -B "$project/$solver/build" >/dev/null &&
            cmake --build "$project/$solver/build" >/dev/null && "$project/$solver/build/${solver}_example" >/dev/null ||
            fail "the example of $solver by CMake"
    done
}

# refused MESSAGE ARGUMENTS..: emit fails, says so, and leaves the folder as it was.
refused() {
    message=$1
    shift
    before=$(ls -A "$out/full" 2>/dev/null | sort | tr '\n' ' ')
    said=$("$costate" emit "$@" 2>&1) && fail "emit $*: is not refused"
    echo "$said" | grep -q "$message" || fail "emit $*: $said"
    [ "$before" = "$(ls -A "$out/full" 2>/dev/null | sort | tr '\n' ' ')" ] || fail "emit $*: leaves something behind"
}

robustness() {
    refused "cannot create the folder" "$here/n241.lua" -o /proc/n241
    rm -rf "$out/full" && mkdir -p "$out/full"
    if mount -t tmpfs -o size=32k tmpfs "$out/full" 2>/dev/null; then
        refused "No space left on device" "$here/n241.lua" -o "$out/full"
        refused "No space left on device" "$here/n241.lua" -o "$out/full/new"
        umount "$out/full"
    else
        echo "a full disk: not tried, since nothing can be mounted here"
    fi
    for name in int "x; int y" printf-x 9lives stdlib; do
        printf 'return network { name = "%s", inputs = 2, layers = 1, method = "euler", activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared" }\n' "$name" >"$out/name.lua"
        refused "name = " "$out/name.lua" -o "$out/full/name"
    done
}

for solver in n241 n4163 steps moments; do
    reference $solver
done
targets
compilers n241 float 1
compilers steps double 8
compilers moments double 64
compilers n4163 float 64
two_in_threads
projects
robustness
[ ! -s "$failures" ] && echo "check-vendor: all passed" || { echo "check-vendor: $(wc -l <"$failures") failures"; exit 1; }
