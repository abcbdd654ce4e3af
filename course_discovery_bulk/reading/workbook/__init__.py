"""Workbooks: `source` and `process` run in the service, everything else in a process of its own.

    source -> process  ==>  child -> excel (-> rows, formats) or other_formats -> showing  ==>  process -> source

Reading a workbook can take any amount of memory and time, and no library promises that it does not. So a child process
with limits reads it, and the service takes rows of text from it. What runs in the child imports neither Django nor
anything else of ours, which keeps its start short and its memory small.
"""
