# Clarion: make demo | test | check | bench | agreement | soak | lock
PYTHON ?= python3
BIN := .venv/bin
PY_DIRS := actors bot clarion domain sandbox store tests bench

.PHONY: demo simulate soak hostile agreement sweep test check bench bench-tools bench-flink lock node-client format lint types imports wheel screenshots tour

.venv: .venv/ready
.venv/ready: requirements.lock requirements-data.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-data.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	-command -v npm >/dev/null && $(MAKE) --no-print-directory node-client
	touch .venv/ready

demo: .venv/ready
	$(BIN)/clarion demo $(ARGS)

test: .venv/ready
	$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile --no-loadscope-reorder)

format: .venv/ready
	$(BIN)/ruff format --check $(PY_DIRS)

lint: .venv/ready
	$(BIN)/ruff check $(PY_DIRS)

types: .venv/ready
	$(BIN)/mypy

imports: .venv/ready
	$(BIN)/lint-imports

wheel: .venv/ready
	rm -rf dist .wheel-venv
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	$(PYTHON) -m venv .wheel-venv
	.wheel-venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	.wheel-venv/bin/python -m pip install --quiet --no-deps dist/*.whl
	cd .wheel-venv && bin/clarion --version
	rm -rf .wheel-venv

check: format lint types imports test wheel

# One seed in words: make simulate SEED=7. Many: make simulate SEEDS=10000 IMAGES=10000 JOBS=2.
# Whether the judge still finds every planted bug, looked for afresh: make simulate BUGS=1.
simulate: .venv/ready
	$(BIN)/python -m tests.simulation$(if $(BUGS),.hunt) $(if $(SEED),--seed $(SEED)) \
		$(if $(SEEDS),--seeds $(SEEDS)) $(if $(IMAGES),--images $(IMAGES)) \
		$(if $(JOBS),--jobs $(JOBS)) $(ARGS)

# Segment's client for Node.js, which a test lets send to the real door; without it the test is skipped.
node-client:
	mkdir -p .node && cp tests/actors/node_client/package*.json .node/
	npm ci --prefix .node --no-audit --no-fund --silent --fetch-retries 1 --fetch-timeout 30000

bench: .venv/ready
	CLARION_BENCH_USERS=$(USERS) CLARION_BENCH_TIMERS=$(TIMERS) $(BIN)/python -m bench $(ARGS)

# chDB, which the measurement of audiences compares with; without it that row is left out.
bench-tools: .venv/ready
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-bench.lock

# Inaction beside Apache Flink on the same stream: fetches its jars (330 MB), needs a JDK.
bench-flink: .venv/ready .flink/ready
	$(BIN)/python -m bench inaction

.flink/ready: requirements-flink.lock
	rm -rf .flink
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --no-compile --target .flink -r requirements-flink.lock
	touch .flink/ready

# Whether memory and DuckDB select the same users, over so many generated trees: 10,000 without TREES, about
# 3 minutes of a core in 64 pieces. What failed is tried again alone with ARGS=--last-failed.
agreement: .venv/ready
	CLARION_TREES=$(or $(TREES),10000) $(BIN)/python -m pytest tests/store/test_agreement.py $(ARGS)

# Do-not-disturb, runs and each user's own time over every clock change of every zone by its own name,
# against a walk over minutes; ten times as many generated rules of repetition; and a reminder for each
# of the year's flights, on ARGS="-n 2" if you like.
sweep: .venv/ready
	CLARION_SWEEP=1 $(BIN)/python -m pytest tests/domain/test_quiet.py tests/domain/test_run_sweep.py \
		tests/domain/test_recurrence.py tests/flights $(ARGS)

# The real daemon under load: killed, suspended, without disk. make soak SEED=1 KILLS=200 PAUSES=200
soak: .venv/ready
	$(BIN)/python -m tests.system.soak $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(KILLS),--kills $(KILLS)) $(if $(PAUSES),--pauses $(PAUSES)) $(if $(SEED),--seed $(SEED)) $(ARGS)

# Requests that somebody made up, sent to the bot's door: make hostile SEED=1
hostile: .venv/ready
	$(BIN)/python -m tests.bot.hostile $(if $(SEED),--seed $(SEED)) $(ARGS)

# Plays two campaigns' whole lives in Debian's Chromium, draws the pictures of the tutorials anew and counts
# clicks, keys and seconds into docs/reference/effort.md; 3 minutes. ARGS="--look FOLDER" changes no document.
# Needs Chromium and a font with coloured emoji (fonts-noto-color-emoji).
screenshots: .venv/ready
	$(BIN)/python -m tests.system.screenshots $(ARGS)

# The same lives as tests, without pictures.
tour: .venv/ready
	CLARION_TOUR=1 $(BIN)/python -m pytest tests/system/test_tour.py

# Resolves anew for every supported Python; needs the network, changes requirements.lock only.
lock:
	$(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet uv
	.lock-venv/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --output-file requirements.lock
	rm -rf .lock-venv
