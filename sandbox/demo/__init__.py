"""`python -m sandbox.demo`: the whole product at work on one machine, from an empty folder to a table of results.

The parts that start and stop processes (`processes`, `site`) serve the tests with a real worker as well.
"""
