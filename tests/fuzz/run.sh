#!/bin/sh
# run.sh PROGRAM SECONDS: fuzzes one target and says how far it came. PROGRAM is .../fuzz-TARGET.
set -u
target=${1##*-}
kept=tests/fuzz/inputs/$target
corpus=out/fuzz/$target
log=out/fuzz/$target.log
mkdir -p "$kept" "$corpus"
case $target in
spec | tableau) seeds="specs tests/bad/specs tests/golden" ;;
prompt) seeds= ;;
*) seeds="tests/bad/data specs/data tests/golden" ;;
esac
ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=0 \
    LSAN_OPTIONS=suppressions=tests/leaks.supp:print_suppressions=0 \
    ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer) \
    "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=8192 -handle_int=0 \
    -close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$kept/" "$corpus" "$kept" $seeds >"$log" 2>&1
status=$?
printf '%-12s %9s executions, %s inputs kept%s\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$(ls "$corpus" | wc -l)" \
    "$([ $status -eq 0 ] || echo "; it ended with $status: see $log")"
exit $status
