"""Lets a test break the stand-in at an exact moment, and keeps a ledger of every call that reached it.

Active only where the variable SANDBOX_FAULTS_DIR names a folder. Everything is a file in there: what a test orders
(`board`), and what was called and what became of it (`ledger`). So it works alike in a web server, in a worker that
calls the API inside its own process, and in both at once, and there is no address to call that a real site would lack.
"""
