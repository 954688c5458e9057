"""What people keep: certificates, policy wordings and evidence as PDFs that a screen reader can read (PDF/UA-1).

Callers prepare facts, plain words in the reader's language; nothing in here decides, computes or asks a clock.
"""
