"""``make chaos``: a busy workspace whose bots, workers and Redis are killed all the time, and a judge.

People submit, decide, reply and talk in a sandbox that delivers twice, late and out of order and loses
answers, while processes die by ``kill -9`` on a schedule made from a seed. Payments take routes by their
amounts, people go away and have others stand in, and the clock of all is put forward by hours and weeks, so
that people are reminded, others are asked, and reviews expire. Half-way every key of the job queue is
deleted. In the end every acknowledgement that the sandbox saw is held against what is stored and what is
shown, and every approval against who may give it.
"""
