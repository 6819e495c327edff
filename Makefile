# One target is what the build server runs: make check. Two are for newcomers: make demo, make test.
.DEFAULT_GOAL := help
.PHONY: help setup test demo lint types imports check lock clean switches faults bench clients api-fuzz screenshots FORCE

BIN := .venv/bin
READY := .venv/ready

# The stamp names the folder it was made in and is written last: a half-made, moved or orphaned .venv is not believed.
ifneq ($(if $(wildcard $(BIN)/python),$(shell cat $(READY) 2>/dev/null)),$(CURDIR))
$(READY): FORCE
endif
$(READY): requirements.lock pyproject.toml .ci/setup .ci/setup.py
	@sh .ci/setup

help:
	@echo "make demo    xem tất cả chạy thật / watch it all work   [ONCE=1] [DATA=file] [ALL=1] [SIZE=n]"
	@echo "make test    chạy mọi kiểm thử / run every test         [ARGS='-k words']"
	@echo "make setup   chỉ cài đặt vào .venv / only set up .venv  [PYTHON=python3.13]"
	@echo "make faults  hỏng ở mọi bước, trên mọi sàn / a death at every step, many storms [SEED=shopee:death:39] [STORMS=n]"
	@echo "make switches mọi điều chưa chắc về sàn, cả hai chiều / every uncertain reading of a platform, both ways"
	@echo "make bench   đo số lần gọi, nhịp, kế hoạch, độ trễ, trang / measure calls, pace, plans, latency, pages"
	@echo "make clients chạy thư viện của người khác với sàn thử / other people's clients on the sandbox"
	@echo "make api-fuzz  bắn phá API theo chính tài liệu của nó / the API against its own document [EXAMPLES=n] [SEED=n]"
	@echo "make screenshots  chụp mọi trang, hai cỡ, sáng và tối / every page, two widths, light and dark"
	@echo "make check   lint, types, imports, test: như máy chủ kiểm tra / what the build server runs"
	@echo "make lock    ghim lại các thư viện (cần uv) / pin the libraries anew (needs uv)"
	@echo "make clean   xóa .venv và bộ nhớ đệm, giữ var/ / remove .venv and caches, keep var/"

setup: $(READY)
	@:

test: $(READY)
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile $(ARGS)

switches: $(READY)
	@SWITCHES=all $(BIN)/python -m pytest tests/contract/test_contract.py tests/contract/test_batches.py \
		tests/contract/test_orders.py $(ARGS)

faults: $(READY)
	@$(BIN)/python -m pytest tests/faults/sweep.py $(ARGS)

bench: $(READY)
	@for it in calls pace plan latency pages viewers; do $(BIN)/python -m benchmarks.$$it || exit 1; done

clients: $(READY)
	@sh tests/clients/run

api-fuzz: $(READY)
	@EXAMPLES=$(or $(EXAMPLES),200) SEED=$(or $(SEED),$$(date +%s)) $(BIN)/python -m pytest tests/web/test_api_fuzz.py -s $(ARGS)

screenshots: $(READY)
	@$(BIN)/python -m tests.web.screenshots var/screenshots $(ONLY)

demo: $(READY)
	@$(BIN)/ocop demo $(if $(ONCE),--once) $(if $(DATA),--data "$(DATA)") $(if $(ALL),--all) $(if $(SIZE),--size $(SIZE))

lint: $(READY)
	@$(BIN)/ruff check --quiet .

types: $(READY)
	@$(BIN)/mypy --no-error-summary

imports: $(READY)
	@$(BIN)/lint-imports --no-logo

check: lint types imports test

lock:
	@command -v uv >/dev/null || { echo "Cần uv / uv is needed: https://docs.astral.sh/uv"; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --extra dev pyproject.toml -o requirements.lock

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
