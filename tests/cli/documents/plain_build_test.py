"""The build of a packager: plain CMake, no preset, the other compiler and generator than everywhere else, Debian's hardening
flags. It compiles without a warning, installs where it is told to, and what is installed runs.

The release preset (g++, Ninja) is the other end; what lies between was tried by hand."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import ringsweep_test

FLAGS = ("-O1 -fstack-protector-strong -Wformat -Werror=format-security -Wdate-time -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 "
         "-fstack-clash-protection -fcf-protection")
# None of the checkout's presets, and no cache of compilers, has a say.
ENVIRONMENT = {**{name: value for name, value in os.environ.items() if not name.startswith("CMAKE_")}, "CXXFLAGS": FLAGS,
               "LDFLAGS": "-Wl,-z,relro -Wl,-z,now"}


def run(*command):
    done = subprocess.run(command, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


class PlainBuild(unittest.TestCase):
    def test_compiles_without_a_warning_and_the_installed_tree_alone_runs(self):
        with tempfile.TemporaryDirectory(prefix="ringsweep-plain.") as temporary:
            folder = pathlib.Path(temporary)
            build, root = folder / "build", folder / "root"
            run("cmake", "-S", ringsweep_test.ROOT, "-B", build, "-G", "Unix Makefiles", "-DCMAKE_BUILD_TYPE=None",
                "-DCMAKE_CXX_COMPILER=clang++-14", "-DCMAKE_INSTALL_PREFIX=/usr")
            output = run("cmake", "--build", build, "--parallel", "2")
            self.assertNotIn("warning:", output)
            ENVIRONMENT["DESTDIR"] = str(root)
            run("cmake", "--install", build, "--strip")
            installed = root / "usr" / "bin" / "ringsweep"
            self.assertLess(installed.stat().st_size, 8 << 20)
            self.assertEqual(["usr"], [path.name for path in root.iterdir()])
            build.rename(folder / "gone")
            version = subprocess.run([installed, "--version"], text=True, capture_output=True, check=True)
            self.assertTrue(version.stdout.startswith("ringsweep "))


if __name__ == "__main__":
    ringsweep_test.main()
