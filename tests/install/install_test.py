#!/usr/bin/python3
"""Installs into an empty prefix, builds examples/spider out of tree with find_package(gossamer), and runs it."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PAGES = {
    "index.html": "<h1>Start</h1><a href='a.html'>a</a><a href='b.html'>b</a>",
    "a.html": "<h1>First <b>page</b></h1><h2>Below</h2>",
    "b.html": "<p>No heading</p>",
}
EXPECTED = {("/", "Start"), ("/a.html", "First page"), ("/a.html", "Below")}


def check(condition, message):
    if not condition:
        sys.exit(f"install_test: {message}")


def main():
    parser = argparse.ArgumentParser()
    for name in ("build", "source", "compiler", "c-compiler"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    source = pathlib.Path(options.source)

    readme = (source / "README.md").read_text()
    spider = (source / "examples/spider/headings.cpp").read_text()
    check(spider.strip() in readme, "README.md does not show examples/spider/headings.cpp as it is")

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        prefix, build, site = folder / "prefix", folder / "build", folder / "site"
        run = lambda *command: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=250)
        run("cmake", "--install", options.build, "--prefix", prefix)
        for installed in ("bin/gossamer", "include/gossamer/crawler/spider.h", "include/gossamer/plugins/plugin_api.h"):
            check((prefix / installed).exists(), f"{installed} is not installed")
        run("cmake", "-G", "Ninja", "-S", source / "examples/spider", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={options.compiler}", f"-DCMAKE_C_COMPILER={options.c_compiler}")
        run("cmake", "--build", build)

        site.mkdir()
        for name, text in PAGES.items():
            (site / name).write_text(text)
        server = subprocess.Popen([prefix / "bin/gossamer", "serve", site, "--port", "0"], stdout=subprocess.PIPE,
                                  text=True)
        try:
            url = re.search(r"http://\S+", server.stdout.readline()).group()
            items = folder / "items.jsonl"
            run(build / "headings", url, "--allow-private", "--quiet", "-o", folder / "crawl.db", "--items", items)
            found = {(item["page"].replace(url, "/"), item["heading"])
                     for item in map(json.loads, items.read_text().splitlines())}
            check(found == EXPECTED, f"the spider found {found}")
        finally:
            server.terminate()
            server.wait(10)
    print("installed, built out of tree, and crawled:", len(EXPECTED), "items")


if __name__ == "__main__":
    os.environ.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", "2")
    main()
