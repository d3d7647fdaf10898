"""``make chaos``: a busy workspace whose bots, workers and Redis are killed all the time, and a judge.

People submit, decide, reply and talk in a sandbox that delivers twice, late and out of order and loses
answers, while processes die by ``kill -9`` on a schedule made from a seed. In the end every
acknowledgement that the sandbox saw is held against what is stored and what is shown.
"""
