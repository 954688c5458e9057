"""The customer's own pages: what was bought, and what one can do about it. No account, no cookie, no script.

What lets somebody in is the token in the address, as it stands in mails and answers.
"""
