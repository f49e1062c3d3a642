# Entry points only: what depends on what is known to `course`, not to make.
SHELL := /bin/bash
COURSE := .venv/bin/course
PYTHON := .venv/bin/python

.DEFAULT_GOAL := build
.PHONY: build check coverage pdf epub slides handouts pptx manifest serve verify sbom audit fuzz bench ratios pictures clean setup setup-test

# `make BASE_URL=https://host/path/` says where the release will stand.
HERE = $(if $(BASE_URL),--base-url '$(BASE_URL)')

setup:
	@requirements/setup build
setup-test:
	@requirements/setup test

build: setup
	@$(COURSE) build $(HERE)
pdf epub slides handouts pptx manifest: setup
	@$(COURSE) build $@ $(HERE)
serve: setup
	@$(COURSE) serve

check: setup-test
	@.ci/check
coverage: setup-test
	@.ci/coverage
verify: setup-test
	@$(COURSE) build $(HERE)
	@$(COURSE) verify
sbom: setup
	@$(COURSE) sbom --out sbom.cdx.json
audit:
	@requirements/audit
fuzz: setup-test
	@$(PYTHON) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/fuzz.sums
	@for name in front slides quiz paper; do $(PYTHON) tests/fuzz/fuzz.py $$name --seconds $(or $(SECONDS),600) || exit 1; done
bench: setup-test
	@$(PYTHON) benchmarks/build.py
	@$(PYTHON) benchmarks/pdf.py
	@$(PYTHON) benchmarks/epub.py
	@$(PYTHON) benchmarks/slides.py
	@$(PYTHON) benchmarks/check.py
	@$(PYTHON) benchmarks/serve.py
	@$(PYTHON) benchmarks/release.py

ratios: setup-test
	@$(PYTHON) benchmarks/release.py --modules 12 --against benchmarks/recorded.json

pictures: setup-test
	@$(COURSE) build --quiet
	@$(PYTHON) docs/pictures.py

clean:
	rm -rf build .cache
