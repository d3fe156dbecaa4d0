"""Runs a command to which the kernel refuses what it would refuse in a container or on a poor system: by seccomp.

    refusing.py WHAT[,WHAT...] COMMAND [ARGUMENT...]
      io_uring      no ring can be made (EPERM)
      buffer-sizes  socket buffers stay as large as the system's default makes them: SO_RCVBUFFORCE and SO_SNDBUFFORCE
                    are refused (EPERM), SO_RCVBUF and SO_SNDBUF are cut down without a word, as by net.core.rmem_max
"""

import ctypes
import os
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE, IGNORE = 0x7fff0000, 0x00050001, 0x00050000  # refused with EPERM; ignored, with success
# AUDIT_ARCH of this machine, and what its system calls are numbered.
ARCHITECTURE, SETSOCKOPT = {"x86_64": (0xc000003e, 54), "aarch64": (0xc00000b7, 208)}[platform.machine()]
IO_URING_SETUP = 425
SOL_SOCKET = 1
SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE = 7, 8, 32, 33

# Classic BPF over struct seccomp_data {nr, arch, instruction pointer, args[6]}.
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
FIRST_ARGUMENT_AT = 16


def rule(answer, *conditions):
    """The answer to a call for which each (offset, value) holds."""
    code = []
    for offset, value in conditions:
        lines_left = 2 * len(conditions) - len(code)
        code += [(LOAD, 0, 0, offset), (JUMP_IF_EQUAL, 0, lines_left - 1, value)]
    return code + [(RETURN, 0, 0, answer)]


def option_rule(answer, option):
    return rule(answer, (NUMBER_AT, SETSOCKOPT), (FIRST_ARGUMENT_AT + 8, SOL_SOCKET), (FIRST_ARGUMENT_AT + 16, option))


RULES = {
    "io_uring": rule(REFUSE, (NUMBER_AT, IO_URING_SETUP)),
    "buffer-sizes": option_rule(IGNORE, SO_SNDBUF) + option_rule(IGNORE, SO_RCVBUF)
                    + option_rule(REFUSE, SO_SNDBUFFORCE) + option_rule(REFUSE, SO_RCVBUFFORCE),
}


def install(names):
    program = [(LOAD, 0, 0, ARCHITECTURE_AT), (JUMP_IF_EQUAL, 1, 0, ARCHITECTURE), (RETURN, 0, 0, ALLOW)]
    for name in names:
        program += RULES[name]
    program.append((RETURN, 0, 0, ALLOW))
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    lines = ctypes.create_string_buffer(code)
    pointer = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(lines)))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer, 0, 0)):
        if libc.prctl(*arguments) != 0:
            sys.exit(f"refusing.py: prctl: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    install(sys.argv[1].split(","))
    os.execvp(sys.argv[2], sys.argv[2:])
