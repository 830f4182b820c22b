# costate: make demo, make check, make sanitize, make bench. Each installs what is missing (make deps) and builds first.

# Debian packages: what the program is built with, and what its tests need beyond that.
PACKAGES       := gcc libc6-dev liblua5.4-dev libtcc-dev libgmp-dev libjansson-dev zlib1g-dev libedit-dev gnuplot-nox \
                  libopenblas0
CHECK_PACKAGES := libcriterion-dev libmpfr-dev g++ tcc pkg-config
BENCH_PACKAGES := util-linux
FUZZ_PACKAGES  := clang libclang-rt-dev llvm util-linux
VENDOR_PACKAGES := clang clang-16 lld lld-16 llvm tcc g++ cmake nodejs gcc-i686-linux-gnu libc6-dev-i386-cross \
                   gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-riscv64-linux-gnu libc6-dev-riscv64-cross \
                   gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-user qemu-system-arm gcc-avr avr-libc simavr
PIP_PACKAGES    := python3-venv
MPI_PACKAGES    := openmpi-bin libopenmpi-dev

B        ?= out/build
BIN      ?= out/bin
CC       ?= cc
VERSION  := 0.1.0
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Werror
OPTIMISE ?= -O2 -g
CFLAGS    = -std=c11 $(OPTIMISE) $(WARNINGS) $(SANITIZER) -D_POSIX_C_SOURCE=200809L -DCOSTATE_VERSION='"$(VERSION)"' \
            -I. -I/usr/include/lua5.4 -MMD -MP
LIBRARIES = -llua5.4 -lgmp -ljansson -lz -ledit -ldl -lpthread -lm

# Block kernels: one source for each instruction set and real type.
ISA_x86_64   := baseline avx2 avx512
ISA_aarch64  := baseline
ISAS         := $(or $(ISA_$(shell uname -m)),baseline)
FLAGS_baseline :=
FLAGS_avx2     := -mavx2 -mfma
FLAGS_avx512   := -mavx512f -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512

GEN      := $(patsubst gen/%.c,$(B)/gen/%.o,$(wildcard gen/*.c gen/*/*.c))
RUNTIME  := $(patsubst runtime/%.c,$(B)/runtime/%.o,$(filter-out runtime/command/main.c runtime/solver/kernels_isa.c \
              runtime/system/ranks_mpi.c,$(wildcard runtime/*/*.c)))
KERNELS  := $(foreach isa,$(ISAS),$(B)/kernels_$(isa)_double.o $(B)/kernels_$(isa)_float.o)
LIBRARY  := $(B)/libcostate.a
TESTS    := $(patsubst tests/unit/%.c,$(B)/tests/unit/%.o,$(wildcard tests/unit/*.c tests/unit/*/*/*.c))
BENCH    := $(patsubst tests/bench/%.c,$(B)/tests/bench/%.o,$(wildcard tests/bench/*.c))

.DELETE_ON_ERROR:
.PHONY: all mpi deps demo paper install uninstall check check-mpi check-vendor check-peers wheel check-faults sanitize \
        tsan fuzz bench bench-mpi bench-peers bench-algorithms format clean deps-check

all: $(BIN)/costate

# It looks for costate's specs from where it is.
$(BIN)/costate: $(B)/runtime/command/main.o $(LIBRARY)
	@mkdir -p $(@D)
	@[ -d $(@D)/../../specs ] || ln -sfn $(CURDIR)/specs $(@D)/../../specs
	$(CC) $(SANITIZER) -o $@ $^ $(LIBRARIES)

# The same, of many processes: what differs is one file, which has what the library's ranks_alone.o else gives.
$(BIN)/costate-mpi: $(B)/runtime/command/main.o $(B)/runtime/system/ranks_mpi.o $(LIBRARY)
	OMPI_CC="$(CC)" mpicc $(SANITIZER) -o $@ $^ $(LIBRARIES)

$(B)/runtime/system/ranks_mpi.o: runtime/system/ranks_mpi.c
	@mkdir -p $(@D)
	OMPI_CC="$(CC)" mpicc $(CFLAGS) -c -o $@ $<

$(LIBRARY): $(GEN) $(RUNTIME) $(KERNELS) $(B)/embedded.o $(B)/libtcc.o
	rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# libtcc as a guest that cannot end the program (runtime/solver/guest.h): its memory and its exits are ours, its variables
# are together, and nothing of it can be seen but its API.
$(B)/libtcc.o: Makefile
	@mkdir -p $(@D)
	$(LD) -r -o $@ --whole-archive "$$($(CC) -print-file-name=libtcc.a)"
	objcopy $(foreach f,malloc calloc realloc free exit,--redefine-sym $(f)=guest_$(f)) \
	    --redefine-sym __assert_fail=guest_assert_fail --rename-section .bss=libtcc_bss \
	    --wildcard --keep-global-symbol='tcc_*' $@

# The prompt's API as a string.
$(B)/prelude.h: runtime/prompt/prelude.lua
	@mkdir -p $(@D)
	@{ echo 'static const char prelude[] = {'; od -An -v -tx1 $< | sed 's/ \(..\)/0x\1,/g'; echo '0};'; } > $@
$(B)/runtime/prompt/console.o: $(B)/prelude.h
$(B)/runtime/prompt/console.o: CFLAGS += -I$(B)

# The system's compiler gets the same flags when it makes a solver's code.
$(B)/runtime/solver/kernels.o: $(B)/kernel_list.h
$(B)/runtime/solver/kernels.o: CFLAGS += -I$(B) $(foreach isa,$(ISAS),-DKERNEL_FLAGS_$(isa)='"$(FLAGS_$(isa))"')

# The same bits on every machine: no contraction of a*b+c.
$(B)/runtime/number/portable.o: CFLAGS += -ffp-contract=off

# $(1): instruction set, $(2): real type
define KERNEL_RULE
$(B)/kernels_$(1)_$(2).o: runtime/solver/kernels_isa.c $(B)/kernel_list.h
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) -I$$(B) -O3 -ffp-contract=fast $$(FLAGS_$(1)) -DKERNEL_TABLE=kernels_$(1)_$(2) \
	    -DCOSTATE_REAL_$(if $(filter float,$(2)),FLOAT,DOUBLE)=1 -c -o $$@ $$<
endef
$(foreach isa,$(ISAS),$(foreach real,double float,$(eval $(call KERNEL_RULE,$(isa),$(real)))))

# Every kernel that the templates define, as KERNEL(name) lines.
$(B)/kernel_list.h: templates/elementary.h templates/kernels.c
	@mkdir -p $(@D)
	sed -n 's/^COSTATE_KERNEL [a-z]* costate_\([a-z0-9_]*\)(.*/KERNEL(\1)/p' $^ > $@

# The templates as byte arrays, so that the program needs none of its files to emit code.
TEMPLATES := $(filter-out templates/README.md,$(wildcard templates/*))
$(B)/embedded.c: $(TEMPLATES) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "gen/emit/template.h"'; echo 'const Template templates[] = {'; \
	   for f in $(sort $(TEMPLATES)); do \
	       printf '{ "%s", (const char[]){' $${f##*/}; od -An -v -tx1 $$f | sed 's/ \(..\)/0x\1,/g'; echo '0} },'; \
	   done; echo '{ "", 0 } };'; } > $@
$(B)/embedded.o: $(B)/embedded.c
	$(CC) $(filter-out -Wpedantic,$(CFLAGS)) -c -o $@ $<

# What the fuzzer runs, the tests run, too: all but libFuzzer's own side.
FUZZ := $(patsubst %.c,$(B)/%.o,$(filter-out tests/fuzz/fuzzer.c,$(wildcard tests/fuzz/*.c)))
# And what makes memory and files fail: a library before that of malloc, a tracer, a program around the library.
FAULTS := $(B)/tests/faults/calls.o
$(B)/fault.so: tests/faults/alloc.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O2 $(filter-out -Wmissing-prototypes,$(WARNINGS)) -D_POSIX_C_SOURCE=200809L -fPIC -shared -o $@ $<
$(B)/host: $(B)/tests/faults/host.o $(LIBRARY)
	$(CC) $(SANITIZER) -o $@ $^ $(LIBRARIES)

$(B)/stand_in/gnuplot: tests/faults/gnuplot.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $<

$(B)/threads: $(B)/tests/faults/threads.o $(LIBRARY)
	$(CC) $(SANITIZER) -o $@ $^ $(LIBRARIES)

$(B)/check: $(TESTS) $(FUZZ) $(FAULTS) $(LIBRARY) | $(B)/fault.so $(B)/host $(B)/stand_in/gnuplot
	$(CC) $(SANITIZER) -o $@ $^ $(LIBRARIES) -lcriterion -lmpfr

# libFuzzer's program, under the name of each target.
FUZZ_TARGETS := $(shell grep -o '{\"[a-z]*\", \"' tests/fuzz/targets.c | tr -d '{\", ')
$(B)/fuzz: $(B)/tests/fuzz/fuzzer.o $(FUZZ) $(LIBRARY)
	$(CC) $(SANITIZER) -fsanitize=fuzzer -o $@ $^ $(LIBRARIES)
	for target in $(FUZZ_TARGETS); do ln -sf fuzz $@-$$target; done

# Rivals that somebody else's library does the work for.
$(B)/rival_eigen.so: tests/bench/rivals/eigen.cc tests/bench/rivals/rivals.h
	$(CXX) -std=c++17 -O3 -march=native -fPIC -shared -isystem /usr/include/eigen3 -o $@ $< -lmvec -lm

$(B)/rival_petsc.so: tests/bench/rivals/petsc.c tests/bench/rivals/rivals.h
	mpicc -std=gnu11 -Wall -Wextra -Ofast -march=native -mprefer-vector-width=512 -fPIC -shared $(shell pkg-config --cflags petsc) -o $@ $< \
	    $(shell pkg-config --libs petsc) -lmvec -lm

$(B)/bench: $(BENCH) $(LIBRARY)
	$(CC) -o $@ $^ $(LIBRARIES)

# ---- what people type ----

# $(1): packages. Says which are missing, and that sudo is to install them, before it does; elsewhere than on Debian that
# is the user's affair.
define INSTALL
	@command -v apt-get >/dev/null || { echo "no apt-get: these Debian packages, or what they hold, must be there: $(1)"; exit 0; }; \
	missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	[ -n "$$missing" ] || exit 0; \
	sudo=$$([ $$(id -u) -eq 0 ] || echo sudo); \
	echo "These Debian packages are missing:"; echo "   " $$missing; \
	echo "They are installed now by $${sudo:+sudo }apt-get; ^C leaves everything as it is."; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

deps:
	$(call INSTALL,$(PACKAGES))

deps-check: deps
	$(call INSTALL,$(CHECK_PACKAGES))

demo: deps
	@$(MAKE) -s -j$(shell nproc) all
	$(BIN)/costate tableau kutta4
	$(BIN)/costate check specs/spiral.lua
	$(BIN)/costate train specs/spiral.lua --iterations 2000 --out out/runs/demo --force
	$(BIN)/costate plot out/runs/demo --ascii --only objective

# The program for many processes, out/bin/costate-mpi.
mpi: deps
	$(call INSTALL,$(MPI_PACKAGES))
	@$(MAKE) -s -j$(shell nproc) all $(BIN)/costate-mpi

# The experiments of the paper, on one page: out/paper/index.html.
paper: deps
	@$(MAKE) -s all
	$(BIN)/costate paper

check: deps-check
	@$(MAKE) -s -j$(shell nproc) all $(B)/check
	$(B)/check --jobs 2 --short-filename

# Trainings by 2, 3, 4 and 7 ranks beside those of the program alone, whatever the processors. mpirun must be told that
# there are more ranks than these, and who root is.
MPIRUN ?= mpirun --oversubscribe --bind-to none $(if $(filter 0,$(shell id -u)),--allow-run-as-root)
check-mpi: mpi
	tests/ranks/check.sh $(BIN) out/ranks $(MPIRUN)

# Emitted solvers on every target, by every compiler, in the projects of others.
check-vendor: deps
	$(call INSTALL,$(VENDOR_PACKAGES))
	@$(MAKE) -s all
	tests/vendor/check.sh $(BIN)/costate out/vendor

# The package for Python, out/wheel/costate-*.whl: runtime/python with the program, which needs no library but libc there,
# and its specs.
WHEEL := $(B)/wheel
wheel: deps
	$(call INSTALL,$(PIP_PACKAGES))
	@$(MAKE) -s all out/python/bin/pip
	rm -rf $(WHEEL) out/wheel && mkdir -p $(WHEEL)/costate/program/bin out/wheel
	cp -r runtime/python/. $(WHEEL)
	echo 'VERSION = "$(VERSION)"' > $(WHEEL)/costate/version.py
	$(LD) -r -o $(B)/alone.o $(B)/runtime/command/main.o $(LIBRARY)
	objcopy --keep-global-symbol=main $(B)/alone.o
	$(CC) -s -o $(WHEEL)/costate/program/bin/costate $(B)/alone.o \
	    -Wl,-Bstatic $(filter-out -ldl -lpthread -lm,$(LIBRARIES)) -lbsd -lmd -ltinfo -Wl,-Bdynamic -ldl -lpthread -lm
	for f in $(SPECS); do install -D -m 644 $$f $(WHEEL)/costate/program/share/costate/$$f; done
	out/python/bin/pip -q --disable-pip-version-check wheel --no-deps -w out/wheel \
	    --config-settings=--build-option=--plat-name=$$(out/python/bin/python -c 'import sysconfig; print(sysconfig.get_platform())') \
	    $(WHEEL)

out/python/bin/pip:
	/usr/bin/python3 -m venv out/python

# What others make of it, each with its real consumer: the package and the module of emit --python with numpy, PyTorch, JAX and
# scikit-learn, the plugs with theirs. Some 3 GB in an environment of their own.
check-peers: wheel
	out/python/bin/pip install -q --disable-pip-version-check -r tests/peers/requirements.txt
	out/python/bin/pip install -q --disable-pip-version-check --no-deps --force-reinstall out/wheel/costate-*.whl
	@[ -x out/acados/bin/pip ] || /usr/bin/python3 -m venv out/acados
	-out/acados/bin/pip install -q --disable-pip-version-check comma-deps-acados # which has a CasADi of its own
	cd tests/peers && ../../out/python/bin/python -m pytest -q -p no:cacheprovider --import-mode=importlib $(PEERS)

# The same tests with AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize: deps-check
	@$(MAKE) -s -j$(shell nproc) B=out/build/sanitize BIN=out/build/sanitize/bin OPTIMISE="-O1 -g" \
	    SANITIZER="-fsanitize=address,undefined -fno-sanitize-recover=all" all out/build/sanitize/check
	LSAN_OPTIONS=suppressions=tests/leaks.supp:print_suppressions=0 COSTATE=out/build/sanitize/bin/costate \
	    out/build/sanitize/check --jobs 2 --short-filename

# What has threads, under ThreadSanitizer, which Criterion cannot be run with: the library in threads, training in a pool,
# the system's compiler in the background. SHORT=1: the first spec alone. Code of libtcc is not instrumented, so that what
# only it reads and writes is not seen; the kernels that it calls, and all that passes work to threads, are, and the code
# of the system's compiler is with CC="cc -fsanitize=thread".
TSAN_SPECS := specs/spiral.lua $(if $(SHORT),,specs/driven.lua specs/paper/donut2d_simplex.lua)
tsan: deps
	@$(MAKE) -s -j$(shell nproc) B=out/build/tsan BIN=out/build/tsan/bin OPTIMISE="-O1 -g" SANITIZER="-fsanitize=thread" \
	    all out/build/tsan/threads
	@export TSAN_OPTIONS=halt_on_error=1; set -e; out/build/tsan/threads specs/spiral.lua; \
	for spec in $(TSAN_SPECS); do for backend in tcc cc auto; do \
	    CC="cc -fsanitize=thread" XDG_CACHE_HOME=$(CURDIR)/out/tsan/cache \
	    out/build/tsan/bin/costate train $$spec --threads 3 --backend $$backend --iterations 20 --force \
	        --out out/tsan/run; done; done

# Every allocation and every call on a file fails once, of all SCENARIOS or of those that are named. make check takes a
# draw of these points, another for every SEED.
SCENARIOS ?= all
check-faults: deps-check
	@$(MAKE) -s -j$(shell nproc) all $(B)/check
	COSTATE_FAULTS="$(SCENARIOS)" $(B)/check --jobs 2 --short-filename --filter 'faults/*'

# What reads input of others under libFuzzer, SECONDS for each of TARGETS. What it learns is kept in out/fuzz; an input that
# it finds wanting is left in tests/fuzz/inputs, for `make check` to see to it ever after.
SECONDS ?= 60
TARGETS ?= $(FUZZ_TARGETS)
fuzz: deps
	$(call INSTALL,$(FUZZ_PACKAGES))
	@$(MAKE) -s -j$(shell nproc) B=out/build/fuzz CC=clang OPTIMISE="-O1 -g" \
	    SANITIZER="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all" out/build/fuzz/fuzz
	@for target in $(TARGETS); do tests/fuzz/run.sh out/build/fuzz/fuzz-$$target $(SECONDS) || exit 1; done

# Measures costate beside PyTorch, Eigen, PETSc, JAX and CasADi (make bench-peers) and the floor, minutes; FULL=1 for every width
# and size. PyTorch is about 1 GB; what cannot be installed is left out.
bench: deps
	$(call INSTALL,$(BENCH_PACKAGES))
	-$(call INSTALL,python3-torch)
	-$(call INSTALL,libeigen3-dev g++)
	-$(call INSTALL,libpetsc-real-dev pkg-config)
	@$(MAKE) -s all $(B)/bench
	-@$(MAKE) -s -k $(B)/rival_eigen.so $(B)/rival_petsc.so
	@mkdir -p out/bench && echo part,workload,what,contestant,median,minimum > out/bench/bench.csv
	@for part in kernels table scaling memory start forms paper trajectories second coverage sample implicit pairs; do \
	    OMP_NUM_THREADS=1 taskset -c 0 $(B)/bench $$part $(if $(FULL),full) || exit 1; done
	@$(B)/bench threads $(if $(FULL),full)
	@if command -v gnuplot >/dev/null; then gnuplot tests/bench/table.gp; fi

# One rank and two, and the memory of 20 GB of rows, some minutes.
bench-mpi: mpi
	@$(MAKE) -s $(B)/bench
	@mkdir -p out/bench && [ -s out/bench/bench.csv ] || echo part,workload,what,contestant,median,minimum > out/bench/bench.csv
	MPIRUN="$(MPIRUN)" $(B)/bench ranks
	$(B)/bench rows

# JAX, CasADi and, where the disk has room for its 6 GB, PyTorch for the bench, in a virtual environment of its own.
TORCH_ROOM := 12
bench-peers:
	python3 -m venv out/peers
	out/peers/bin/pip install -q --disable-pip-version-check -r tests/bench/peers.txt
	@if [ $$(df -k --output=avail out/peers | tail -1) -gt $(TORCH_ROOM)000000 ]; then \
	    out/peers/bin/pip install -q --disable-pip-version-check -r tests/bench/peers_torch.txt || \
	        echo "PyTorch cannot be installed here: its columns are left out, or those of Debian's python3-torch."; \
	else echo "PyTorch needs $(TORCH_ROOM) GB of room: its columns are left out, or those of Debian's python3-torch."; fi

# The training algorithms beside SciPy's and NLopt's, which an environment of their own gets, a few minutes.
bench-algorithms: deps
	$(call INSTALL,$(PIP_PACKAGES))
	@$(MAKE) -s all
	@mkdir -p out/bench
	@[ -x out/bench/python/bin/pip ] || /usr/bin/python3 -m venv out/bench/python
	@out/bench/python/bin/pip install -q numpy scipy nlopt
	out/bench/python/bin/python tests/bench/algorithms.py $(BIN)/costate out/bench/algorithms

# Program (and that of many processes, where make mpi has made it), library, specs, man page and completion under $(DESTDIR)$(PREFIX). The library is one object with what
# runtime/library/costate.h needs; only costate_* can be seen of it.
PREFIX ?= /usr/local
SHARE   = $(DESTDIR)$(PREFIX)/share
LIB     = $(DESTDIR)$(PREFIX)/lib
STAGE   = $(B)/install$(subst /,_,$(DESTDIR)$(PREFIX))
SPECS  := $(shell find specs -name '*.lua' -o -name '*.csv')

install: all
	mkdir -p $(STAGE) $(LIB)/pkgconfig
	$(CC) $(CFLAGS) -DCOSTATE_SPECS='"$(PREFIX)/share/costate/specs"' -c -o $(STAGE)/entry.o runtime/library/costate.c
	$(LD) -r -o $(STAGE)/costate.o $(STAGE)/entry.o $(LIBRARY)
	objcopy --strip-debug --wildcard --keep-global-symbol='costate_*' $(STAGE)/costate.o
	rm -f $(LIB)/libcostate.a && ar rcs $(LIB)/libcostate.a $(STAGE)/costate.o && chmod 644 $(LIB)/libcostate.a
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' runtime/library/costate.pc > $(LIB)/pkgconfig/costate.pc
	install -D -m 644 runtime/library/costate.h $(DESTDIR)$(PREFIX)/include/costate.h
	install -D -m 755 $(BIN)/costate $(DESTDIR)$(PREFIX)/bin/costate
	[ ! -x $(BIN)/costate-mpi ] || install -D -m 755 $(BIN)/costate-mpi $(DESTDIR)$(PREFIX)/bin/costate-mpi
	for f in $(SPECS); do install -D -m 644 $$f $(SHARE)/costate/$$f; done
	install -D -m 644 runtime/command/costate.1 $(SHARE)/man/man1/costate.1
	install -D -m 644 runtime/command/costate.bash $(SHARE)/bash-completion/completions/costate

uninstall:
	rm -f $(LIB)/libcostate.a $(LIB)/pkgconfig/costate.pc $(DESTDIR)$(PREFIX)/include/costate.h
	rm -f $(DESTDIR)$(PREFIX)/bin/costate $(DESTDIR)$(PREFIX)/bin/costate-mpi $(SHARE)/man/man1/costate.1 $(SHARE)/bash-completion/completions/costate
	rm -rf $(SHARE)/costate

format:
	clang-format -i $(shell find gen runtime tests/unit -name '*.[ch]') tests/bench/*.[ch]

-include $(shell find $(B) -name '*.d' 2>/dev/null)

clean:
	rm -rf out/build out/bin
