"""snippets_test.py PAGE...: every C++ block of these pages stands in the example it names.

A block is named by the line before it, `<!-- examples/FILE -->`, and must be found in that file, white space at the
start of lines aside. Each page must show at least one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?:^<!-- (\S+) -->\n)?^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def normal(text):
    return "\n".join(line.strip() for line in text.strip().splitlines())


def faults(page, text):
    blocks = BLOCK.findall(text)
    if not blocks:
        yield f"{page}: shows no C++"
    for source, block in blocks:
        first = block.strip().splitlines()[0]
        if not source:
            yield f"{page}: the block `{first}` names no file"
        elif not (ROOT / source).is_file():
            yield f"{page}: there is no {source}"
        elif normal(block) not in normal((ROOT / source).read_text()):
            yield f"{page}: the block `{first}` is not in {source}"


assert not list(faults("page", "<!-- examples/runtime/tasks.cpp -->\n```cpp\nint main() {\n```\n"))
assert list(faults("page", "<!-- examples/runtime/tasks.cpp -->\n```cpp\nint mian() {\n```\n"))
assert list(faults("page", "```cpp\nint main() {\n```\n"))
found = [fault for page in sys.argv[1:] for fault in faults(page, pathlib.Path(page).read_text())]
print("\n".join(found))
sys.exit(1 if found or len(sys.argv) < 2 else 0)
