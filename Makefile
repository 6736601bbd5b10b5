# make demo  sets up and shows a real study; with no display it does the same work unseen
# make test  sets up and runs every check and test
.PHONY: demo run test check bench format schemas translations docs pictures windows windows-test linux linux-test
BIN = .venv/bin

demo:
	@sh packaging/setup.sh run
	@$(BIN)/annotator demo --at demo-output

run:
	@sh packaging/setup.sh run
	@$(BIN)/annotator

test: check
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check:
	@sh packaging/setup.sh dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench:
	@sh packaging/setup.sh dev
	@$(BIN)/python -m tests.bench

format:
	@sh packaging/setup.sh dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

schemas:
	@sh packaging/setup.sh run
	@$(BIN)/annotator codebook schema -o schemas/codebook.schema.json
	@$(BIN)/annotator package-schema -o schemas/package.schema.json
	@$(BIN)/annotator codebook mapping-schema -o schemas/mapping.schema.json

translations:
	@sh packaging/setup.sh dev
	@$(BIN)/python packaging/translations.py

# the pages that are made from the code, and web pages of the manual in build/manual
docs:
	@sh packaging/setup.sh dev
	@$(BIN)/python packaging/reference.py
	@$(BIN)/mkdocs build --quiet

# the pictures of the manual, from the demo study
pictures:
	@sh packaging/setup.sh dev
	@$(BIN)/python packaging/pictures.py

# an installer and a portable zip for Windows, built on Debian, in dist/windows
windows:
	@sh packaging/setup.sh dev
	@sh packaging/windows/setup.sh
	@$(BIN)/python packaging/windows/build.py

# its whole life, and the suites on Windows' own Python, under Wine; needs root and 3 GB in build/wine
WINE ?= build/wine
windows-test:
	@bash packaging/windows/wine/setup.sh $(WINE)
	@bash packaging/windows/wine/life.sh $(WINE)
	@bash packaging/windows/wine/tests.sh $(WINE) tests/domain tests/agreement tests/store tests/services tests/formats tests/intake tests/cli tests/gui

# a Debian package and a portable archive, in dist/linux
linux:
	@bash packaging/linux/build.sh

# both in a Debian 12 with nothing in it; needs root and 1.5 GB in build/bare
BARE ?= build/bare
linux-test:
	@bash packaging/linux/test.sh $(BARE)
