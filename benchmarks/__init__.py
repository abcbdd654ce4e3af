"""How fast it is, and where the time goes: `make bench`, or `make bench BENCH=name` for one of them.

Each module here measures one thing and says why that matters. Times are medians of repetitions in one process, on the
stand-in site and SQLite: compare them with each other and with the run before a change, not with another machine.
"""
