"""From stored state to Slack: ``publisher`` shows it in rounds, as ``card_message`` and ``thread_messages``.

``review_messages`` posts, updates and finds one message, ``calls`` keeps Slack's pace, ``client`` is the one
that is called, ``private`` tells one person something, and ``files`` fetches what they uploaded.
"""
