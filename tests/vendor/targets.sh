# targets: every case on every target, compared with what costate computed, as rows of a table.
hosted="n241:float:1:trainer n241:double:64:trainer n4163:float:1:trainer n4163:double:64:trainer steps:double:8:trainer
moments:float:4:trainer plain:double:4:trainer flow:float:32:trainer pairs:double:8:trainer n241:float:16:trained
n241:double:2:forward driven:double:8:second driven:float:16:trained begun:float:4:second begun:double:64:trained
rates:double:64:second rates:float:4:trainer force:double:4:second force:float:64:trainer driven:double:32:forward
gauss:double:8:second gauss:float:16:trained damped:float:4:trainer damped:double:64:second"
micro="n241:float:1:forward n241:float:1:trainer n4163:float:1:forward n4163:float:1:trainer steps:float:1:trainer
moments:float:1:trainer plain:float:1:trainer flow:float:1:trainer pairs:float:1:trainer n241:double:1:trainer
driven:float:1:second begun:float:1:trainer rates:float:1:second force:float:1:trainer
gauss:float:1:trainer damped:float:1:trainer"

row() { printf '%-12s %-24s %7s %5s %6s %7s  %s\n' "$@"; }

# Bytes of text and of data of object $1.
sections() {
    llvm-size "$1" | awk 'NR == 2 { print $1, $2 + $3 }'
}

# The chosen case by compiler $1 with flags $2, linked to the harness with $3, run by $4.. ; prints text, data, stack,
# instructions a sample and the largest deviation, or what went wrong.
measure() {
    compiler=$1 flags=$2 link=$3
    shift 3
    $compiler $flags $warnings -c "$dir/$solver.c" -o "$dir/solver.o" 2>&1 || return 1
    symbols "$dir/solver.o" || return 1
    $compiler $flags -O1 $defines $link "$here/harness.c" "$dir/solver.o" -o "$dir/program" $libm 2>&1 || return 1
    line=$("$@" "$dir/program" 2>&1) || { echo "deviation, stack, instructions: ${line:-it does not run}"; return 1; }
    set -- "$1" $line
    count=$4
    case $1:$block in qemu-*:1) count=$(count_instructions "$1") ;; esac
    echo $(sections "$dir/solver.o") "$3" "$count" "$2"
}

# One more pass over 11 samples, seen by an emulator that notes every instruction.
count_instructions() {
    first=$("$1" -singlestep -d exec,nochain "$dir/program" 2>&1 | grep -c ^Trace)
    second=$("$1" -singlestep -d exec,nochain "$dir/program" more 2>&1 | grep -c ^Trace)
    echo $(((second - first) / 11))
}

# target TITLE COMPILER FLAGS LINK RUNNER..: the rows of $cases, computed side by side.
target() {
    title=$1
    shift
    for each in $cases; do
        choose "$each"
        helpers=$arithmetic
        case $title:$real in Cortex-M4F:double) helpers='__aeabi_[a-z0-9]+' ;; esac
        { measure "$@" >"$dir/result" || touch "$dir/failed"; } &
        slot
    done
    wait
    for each in $cases; do
        choose "$each"
        result=$(cat "$dir/result")
        if [ -e "$dir/failed" ]; then
            rm "$dir/failed"
            fail "$title, $case: $result"
        else
            row "$title" "$solver $real $block $mode" $result
            [ "$title" != Cortex-M4F ] || echo "$result" >"$dir/cortex"
        fi
    done
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

# clang before 16 miscompiles vectors for WebAssembly, and is refused.
old_clang() {
    [ "$(clang -dumpversion | cut -d. -f1)" -lt 16 ] || return 0
    message=$(clang --target=wasm32 -ffreestanding -O2 -msimd128 -c "$dir/$solver.c" -o "$dir/old.o" 2>&1) &&
        fail "clang before 16 takes -msimd128, under which the numbers would be wrong"
    echo "$message" | grep -q "take clang 16" || fail "clang before 16 with -msimd128 says: $message"
}

targets() {
    row target solver text data stack insns deviation
    cases=$hosted libm=-lm arithmetic= types=TtRr
    target x86-64 gcc -O2 "" env
    ! grep -q avx2 /proc/cpuinfo || target AVX2 gcc "-O3 -mavx2 -mfma" "" env
    ! grep -q avx512dq /proc/cpuinfo || target AVX-512 gcc "-O3 -mavx512f -mavx512dq -mavx512vl -mfma" "" env
    target i686 i686-linux-gnu-gcc -O2 -static qemu-i386
    target "i686 SSE2" i686-linux-gnu-gcc "-O2 -msse2 -mfpmath=sse" -static qemu-i386
    target AArch64 aarch64-linux-gnu-gcc -O2 -static qemu-aarch64
    target RISC-V riscv64-linux-gnu-gcc -O2 -static qemu-riscv64
    libm= arithmetic=__stack_pointer types=TtDd # which has no data that are only read
    wasm="-nostdlib -Wl,--no-entry -Wl,--export=largest_deviation"
    target wasm32 "clang --target=wasm32 -ffreestanding -fno-builtin" -O2 "$wasm" wasm_run
    target "wasm32 SIMD" "clang-16 --target=wasm32 -ffreestanding -fno-builtin" "-O2 -msimd128" "$wasm" wasm_run
    old_clang
    cases=$micro libm=-lm arithmetic= types=TtRr
    cortex="--specs=rdimon.specs -DSYSTICK=1 -Wl,--section-start=.vectors=0 $here/cortex.c"
    target Cortex-M4F arm-none-eabi-gcc \
        "-Os -ffunction-sections -fdata-sections -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard" \
        "$cortex" cortex_run mps2-an386
    target Cortex-M7 arm-none-eabi-gcc "-O2 -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard" \
        "$cortex" cortex_run mps2-an500
}

# ---- what templates/README.md states of a microcontroller ----

thousands() { echo "$1" | sed ':a; s/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/; ta'; }

defined() { sed -n "s/^#define [A-Z0-9]*_$1 *//p" "$dir/$solver.h"; }

# A row of its table: TITLE CASE.
flash_and_ram() {
    choose "$2"
    [ -e "$dir/cortex" ] || return 0
    read -r flash _ stack count _ <"$dir/cortex"
    if [ "$mode" = forward ]; then
        work=$(defined WORKSPACE_BYTES) params="in flash" ram=$((work + stack)) note=
    else
        # parameters, and struct training: two floats and a size
        work=$(defined TRAINING_WORKSPACE_BYTES) params=$((4 * $(defined PARAMETERS)))
        ram=$((work + stack + params + 12)) note=" (gradient)" params=$(thousands $params)
    fi
    echo "| $1 | $(thousands $flash) | $(thousands $ram) | $(thousands $work) | $stack | $params | $(thousands $count)$note |"
}

microcontroller() {
    {
        flash_and_ram "2-4-1, forward only, \`--params\`" n241:float:1:forward
        flash_and_ram "2-4-1, \`--trainer\`" n241:float:1:trainer
        flash_and_ram "4-16-3, forward only, \`--params\`" n4163:float:1:forward
        flash_and_ram "4-16-3, \`--trainer\`" n4163:float:1:trainer
    } >"$out/microcontroller"
    cat "$out/microcontroller"
    grep -qFf "$out/microcontroller" "$here/../../templates/README.md" &&
        [ "$(grep -cxFf "$out/microcontroller" "$here/../../templates/README.md")" = 4 ] ||
        fail "templates/README.md, \"On a microcontroller\", states other figures than the rows above: put them there"
}
