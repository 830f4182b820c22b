# compilers: every compiler, standard and flag, without a warning and with the right numbers.

# One build of the chosen case, run and forgotten: COMPILER FLAGS..
build() {
    object=$dir/build-$(echo "$*" | tr -c 'a-zA-Z0-9\n' _).o
    compiler=$1
    shift
    case $compiler in *++) language="-x c++" ;; *) language= ;; esac
    if ! $compiler "$@" $warnings $language -c "$dir/$solver.c" -o "$object" || ! symbols "$object"; then
        fail "$compiler $* $warnings of $dir/$solver.c"
    elif ! gcc "$dir/harness.o" "$object" -o "$object.run" -lm -Wl,-z,noexecstack || ! "$object.run" >/dev/null; then
        fail "$compiler $*: wrong numbers from $dir/$solver.c"
    fi
    rm -f "$object" "$object.run"
}

# All standards and levels of the chosen case, each with one of the extra flags: over four cases all of them meet; with
# "all" here, in this one.
matrix() {
    for standard in c99 c11 c17 c++17; do
        case $standard in c++17) both="g++ clang++" ;; *) both="gcc clang" ;; esac
        for level in -O0 -O1 -O2 -O3; do
            turn=$((turn + 1))
            nth=0
            for extra in "" -march=native -fPIC -ffreestanding; do
                nth=$((nth + 1))
                [ "$1" = all ] || [ $((turn % 4 + 1)) = $nth ] || continue
                for compiler in $both; do
                    build $compiler -std=$standard $level $extra &
                    slot
                done
            done
        done
        turn=$((turn + 1)) # another extra flag with the same level
    done
    wait
}

# tcc has C99 and C11, fewer warnings, and no section for data that are only read.
tiny() {
    for standard in c99 c11; do
        (warnings="-Wall -Werror" types=TtDd && build tcc -std=$standard)
    done
}

fast_math() {
    for compiler in gcc clang g++ clang++; do
        case $compiler in *++) language="-x c++" ;; *) language= ;; esac
        for flag in -ffast-math -Ofast; do
            message=$($compiler $flag $language -c "$dir/$solver.c" -o "$dir/fast.o" 2>&1) &&
                fail "$compiler takes $flag, under which the numbers would be wrong"
            echo "$message" | grep -q "compile it without -ffast-math" || fail "$compiler $flag says: $message"
        done
    done
    for compiler in clang clang++; do # which tell nobody of these
        build $compiler -O2 -ffast-math -fno-finite-math-only
        build $compiler -O2 -march=native -funsafe-math-optimizations
        build $compiler -O2 -fassociative-math -fno-signed-zeros -fno-trapping-math
    done
}

compilers() {
    turn=0 helpers= types=TtRr
    for each in n241:float:1:trainer n4163:double:64:trainer steps:double:8:trainer moments:float:4:trainer \
        plain:double:4:trainer flow:float:32:trainer pairs:double:8:trainer n241:float:16:trained \
        n241:double:2:forward driven:double:8:second begun:float:4:second rates:double:64:second \
        force:float:64:trainer driven:float:16:trained gauss:double:8:second damped:float:4:trainer; do
        choose "$each"
        gcc -O1 $defines -c "$here/harness.c" -o "$dir/harness.o"
        case $each in n241:float:1:*) matrix all ;; *) matrix some ;; esac
        turn=$((turn + 1))
        tiny
        fast_math
        echo "compilers: $each"
    done
}
