#!/bin/sh
# Emitted solvers, as users would take them in: every target, compiler and standard, against what costate computes.
# Prints a table; exits 1 when anything is wrong. Usage: check.sh COSTATE FOLDER-TO-WORK-IN
set -eu
costate=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
failures=$out/failures
: >"$failures"

fail() {
    echo "FAILED: $*" | tee -a "$failures"
}

# Waits until one more job may run beside those that do.
running=0
slot() {
    running=$((running + 1))
    [ $((running % $(nproc))) != 0 ] || wait
}

missing=
for tool in gcc g++ clang clang++ clang-16 tcc cmake node llvm-nm llvm-size wasm-ld i686-linux-gnu-gcc aarch64-linux-gnu-gcc \
    riscv64-linux-gnu-gcc arm-none-eabi-gcc qemu-i386 qemu-aarch64 qemu-riscv64 qemu-system-arm avr-gcc simavr; do
    command -v $tool >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || { echo "not installed:$missing (VENDOR_PACKAGES in the Makefile names the packages)"; exit 1; }

. "$here/solvers.sh"
. "$here/targets.sh"
. "$here/compilers.sh"
. "$here/projects.sh"

for solver in n241 n4163 steps moments plain flow pairs driven begun rates force gauss damped; do
    reference $solver
done
for each in $hosted $micro; do
    emit "$each"
done
targets
microcontroller
compilers
two_in_threads
projects
reassociation
short_double
deterministic
robustness
[ ! -s "$failures" ] || { cat "$failures"; echo "check-vendor: $(wc -l <"$failures") failures"; exit 1; }
echo "check-vendor: all passed"
