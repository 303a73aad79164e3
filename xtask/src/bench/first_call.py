# SPDX-License-Identifier: Apache-2.0

"""What an app waits for at its first text: the library is loaded, its contract and checksums are compared as the bindings of
UniFFI do, and the texts of a language say something. Prints the milliseconds of each. Argument: the library. Standard input:
the names of its checksum functions."""

import ctypes
import sys
import time


class RustBuffer(ctypes.Structure):
    _fields_ = [("capacity", ctypes.c_uint64), ("length", ctypes.c_uint64), ("data", ctypes.c_void_p)]


class ForeignBytes(ctypes.Structure):
    _fields_ = [("length", ctypes.c_int32), ("data", ctypes.c_char_p)]


class CallStatus(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int8), ("error", RustBuffer)]


def call(function, result, *arguments):
    function.restype = result
    status = CallStatus()
    value = function(*arguments, ctypes.byref(status))
    if status.code != 0:
        sys.exit(f"{function.__name__} failed with {status.code}")
    return value


def lowered(library, data):
    return call(library.ffi_keyward_ffi_rustbuffer_from_bytes, RustBuffer, ForeignBytes(len(data), data))


checksums = sys.stdin.read().split()
begin = time.perf_counter()
library = ctypes.CDLL(sys.argv[1])
loaded = time.perf_counter()
library.ffi_keyward_ffi_uniffi_contract_version()
for name in checksums:
    getattr(library, name)()
checked = time.perf_counter()
# A list of one string, and the first variant of an enum: big endian, lengths before what they are of.
languages = lowered(library, b"\0\0\0\x01\0\0\0\x02de")
texts = call(library.uniffi_keyward_ffi_fn_constructor_texts_for_languages, ctypes.c_uint64, languages)
severity = lowered(library, b"\0\0\0\x01")
said = call(library.uniffi_keyward_ffi_fn_method_texts_severity, RustBuffer, ctypes.c_uint64(texts), severity)
end = time.perf_counter()
if said.length == 0:
    sys.exit("it says nothing")
for part in (loaded - begin, checked - loaded, end - checked):
    print(f"{part * 1000:.3f}")
