"""script/check-includes tells what may be included from what may not, on small trees made here."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

COMMAND = pathlib.Path(__file__).resolve().parents[2] / "script" / "check-includes"
HOUSE = ["net/base/a.h", "net/loop/a.h", "net/coro/a.h", "net/io/a.h", "net/http/a.h", "plugins/a.h",
         "plugins/host/a.h", "storage/a.h", "crawler/a.h", "tests/a.h"]


def check(files):
    """Exit code and output for a tree of empty headers in every folder, and `files`: path -> text."""
    with tempfile.TemporaryDirectory() as directory:
        for path, text in {**dict.fromkeys(HOUSE, ""), **files}.items():
            file = pathlib.Path(directory, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        done = subprocess.run([sys.executable, COMMAND, directory], capture_output=True, text=True)
        return done.returncode, done.stdout


class CheckIncludes(unittest.TestCase):
    def test_every_pair_of_folders(self):
        up_to = {"net/base": 1, "net/loop": 2, "net/coro": 3, "net/io": 4, "net/http": 5, "crawler": 9, "tests": 10}
        allowed = {folder: HOUSE[:end] for folder, end in up_to.items()}
        allowed["plugins"] = ["net/base/a.h", "net/coro/a.h", "net/http/a.h", "plugins/a.h", "plugins/host/a.h"]
        allowed["plugins/host"] = allowed["plugins"] + ["net/io/a.h"]
        allowed["storage"] = ["net/base/a.h", "net/coro/a.h", "storage/a.h"]
        for folder, targets in allowed.items():
            with self.subTest(folder=folder):
                code, out = check({f"{folder}/b.cpp": "".join(f'#include "{target}"\n' for target in HOUSE)})
                refused = [target for target in HOUSE if f'may not include "{target}"' in out]
                self.assertEqual(refused, [target for target in HOUSE if target not in targets])
                self.assertEqual(code, 1 if refused else 0)

    def test_names_file_and_line(self):
        code, out = check({"net/loop/b.cpp": '#include <vector>\n\n  #  include "net/coro/a.h"\n'})
        self.assertEqual(code, 1)
        self.assertIn("net/loop/b.cpp:3: net/loop may not include", out)

    def test_our_files_go_by_their_path_from_the_root_in_quotes(self):
        for line in ('#include "a.h"', '#include "../base/a.h"', "#include <net/base/a.h>", '#include "zlib.h"'):
            with self.subTest(line=line):
                self.assertEqual(check({"net/loop/b.cpp": line + "\n"})[0], 1)

    def test_system_headers_are_free(self):
        self.assertEqual(check({"net/base/b.cpp": "#include <net/if.h>\n#include <vector>\n"})[0], 0)

    def test_a_new_folder_has_to_enter_the_table(self):
        self.assertEqual(check({"net/quic/b.cpp": ""})[0], 1)

    def test_an_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as directory:
            self.assertNotEqual(subprocess.run([sys.executable, COMMAND, directory], capture_output=True).returncode, 0)


if __name__ == "__main__":
    unittest.main()
