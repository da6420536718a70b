"""jupyter_kernel_test on the installed kernel."""

import unittest

import jupyter_kernel_test as jkt


class TypeScriptKernelTests(jkt.KernelTests):
    kernel_name = "diffrepairer"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "const a: string = 'b'; a", "result": "'b'"},
        {"code": "await Promise.resolve(null)", "result": "null"},
        {"code": "new Map([[1, { a: 2 }]])", "result": "Map(1) { 1 => { a: 2 } }"},
    ]
    code_display_data = [
        {"code": "display.html('<b>1</b>')", "mime": "text/html"},
        {"code": "display.svg('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "mime": "image/svg+xml"},
    ]
    code_page_something = "Math.max?"
    code_generate_error = "throw new Error('boom')"
    code_clear_output = "display.clear()"
    complete_code_samples = ["1", "let a = 1", "function f() {\n  return 1;\n}", "// only a comment", "class A {}"]
    incomplete_code_samples = ["function f() {", "let a = ", "foo(", "`open ${1}", "/* open", "[1, 2"]
    invalid_code_samples = ["let 1a = 2", ")", "class {"[:6] + " }"]
    code_inspect_sample = "Math.max"
    completion_samples = [
        {"text": "Math.ma", "matches": ["max"]},
        {"text": "cons", "matches": {"console", "const"}},
    ]
    code_history_pattern = "6 ? *"
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    unittest.main(verbosity=2)
