# projects: solvers in the programs of others, and what emit does when it cannot.

two_in_threads() {
    choose n241:double:64:trainer
    first=$dir
    choose n4163:double:64:trainer
    gcc -O2 -std=c11 -pthread -I"$first" -I"$dir" "$here/threads.c" "$first/n241.c" "$dir/n4163.c" -o "$out/threads" &&
        "$out/threads" || fail "two solvers in threads"
}

# The folder $1 built by CMake with flags $2.. ; runs its program $program.
by_cmake() {
    folder=$1
    shift
    rm -rf "$folder/build"
    quietly cmake -S "$folder" -B "$folder/build" "$@" && quietly cmake --build "$folder/build" &&
        quietly "$folder/build/$program" || true
}

projects() {
    project=$out/project
    rm -rf "$project" && mkdir -p "$project"
    cp "$here"/project/* "$project"
    quietly "$costate" emit "$here/n241.lua" -o "$project/n241"
    quietly "$costate" emit "$here/n4163.lua" --amalgamate -o "$project/n4163"
    quietly make -s -C "$project" check || true
    program=use
    by_cmake "$project"
    for solver in n241 n4163; do
        quietly make -s -C "$project/$solver" check || true
        quietly make -s -C "$project/$solver" clean check CC=tcc || true
        program=${solver}_example
        by_cmake "$project/$solver" -DCMAKE_BUILD_TYPE=Release
    done
    program=n241_example
    by_cmake "$project/n241" -DCMAKE_C_FLAGS=-ffast-math
}

# ---- what people reported (tests/reports) ----

# The program's own use of a compiler whose flags would be wrong: the numbers of libtcc.
reassociation() {
    cd "$here/../reports/02_clang_reassociation"
    expected=$("$costate" gradient avrnet.lua --data ../03_avr_double/m.csv -o "$out/gradient")
    for flags in -ffast-math "-ffast-math -fno-finite-math-only" -funsafe-math-optimizations; do
        for compiler in gcc clang; do
            said=$(CC="$compiler $flags" "$costate" gradient avrnet.lua --data ../03_avr_double/m.csv --backend cc \
                -o "$out/gradient" 2>&1)
            case $said in "${expected%????}"*) ;; *) fail "gradient by $compiler $flags: $said instead of $expected" ;; esac
        done
    done
    cd "$out"
}

# A double of 4 bytes does not compile, and float is right.
short_double() {
    cd "$here/../reports/03_avr_double"
    quietly "$costate" train avrnet.lua --data m.csv --iterations 20 --out "$out/avr" --force
    for real in float double; do
        quietly "$costate" emit avrnet.lua --real $real --block 1 --params "$out/avr/model.safetensors" \
            -o "$out/avr-$real"
        if said=$(avr-gcc -mmcu=atmega2560 -DF_CPU=16000000 -std=gnu99 -Os -I"$out/avr-$real" m.c \
            "$out/avr-$real/avrnet.c" -o "$out/avr.elf" 2>&1); then
            said=$(timeout 60 simavr -m atmega2560 -f 16000000 "$out/avr.elf" 2>&1)
            case $real in double) said="compiles" ;; esac
        fi
        case $real:$said in
        float:*"93309 897911 1000 995736 "* | double:*avrnet_real_has_8_bytes*) ;;
        *) fail "AVR, $real: $said" ;;
        esac
    done
    cd "$out"
}

# ---- the same bytes, and no byte of somebody else's ----

deterministic() {
    rm -rf "$out/once" "$out/again"
    quietly "$costate" emit "$here/flow.lua" --python --trainer -o "$out/once"
    quietly env COSTATE_ISA=baseline "$costate" emit "$here/flow.lua" --python --trainer -o "$out/again"
    diff -r "$out/once" "$out/again" >&2 || fail "emit: other bytes on another run"
}

# refused MESSAGE ARGUMENTS..: emit fails, says so, and leaves the folder as it was.
refused() {
    message=$1
    shift
    before=$(ls -AlR "$out/full" 2>/dev/null)
    said=$("$costate" emit "$@" 2>&1) && fail "emit $*: is not refused"
    echo "$said" | grep -q "$message" || fail "emit $*: $said"
    [ "$before" = "$(ls -AlR "$out/full" 2>/dev/null)" ] || fail "emit $*: leaves something behind"
}

named() {
    printf 'return network { name = "%s", inputs = 2, layers = 1, method = "euler", activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared" }\n' \
        "$1" >"$out/name.lua"
}

robustness() {
    rm -rf "$out/full" && mkdir -p "$out/full"
    refused "cannot create the folder" "$here/n241.lua" -o /proc/n241
    refused "Not a directory" "$here/n241.lua" -o "$here/n241.lua/n241"
    if mount -t tmpfs -o size=32k tmpfs "$out/full" 2>/dev/null; then
        refused "No space left on device" "$here/n241.lua" -o "$out/full"
        refused "No space left on device" "$here/n241.lua" -o "$out/full/new"
        umount "$out/full"
    else
        echo "a full disk: not tried, since nothing can be mounted here"
    fi
    for name in int namespace "x; int y" printf-x 9lives stdlib int8 example test; do
        named "$name"
        refused "name = " "$out/name.lua" -o "$out/full/name"
    done
    named lambda
    refused "Python" "$out/name.lua" --python -o "$out/full/name"
    quietly "$costate" emit "$here/n241.lua" -o "$out/full/edited"
    quietly "$costate" emit "$here/n241.lua" -o "$out/full/edited"
    echo "/* mine */" >>"$out/full/edited/n241.h"
    refused "was changed after costate wrote it; --force replaces it" "$here/n241.lua" -o "$out/full/edited"
    quietly "$costate" emit "$here/n241.lua" --force -o "$out/full/edited"
}
