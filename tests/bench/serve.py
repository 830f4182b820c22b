"""serve: how the bench talks to a rival in Python: it reads one request a line and answers with one number (rival.c)."""
import sys
import time


def serve(kind, load):
    """load(kind, the request's words) makes the rival, an object with gradient() and what else it is asked for, and gives it
    with its objective and a function of how far what it computes is from what the bench has written."""
    peer = deviation = None
    for line in sys.stdin:
        request, *words = line.split()
        if request == "ready":
            __import__(kind.__name__.lower())
            answer = 1
        elif request == "load":
            peer, answer, deviation = load(kind, *words)
        elif request == "deviation":
            answer = deviation(*words)
        else:
            start = time.perf_counter()
            getattr(peer, request)()
            answer = time.perf_counter() - start
        print(repr(answer), flush=True)
