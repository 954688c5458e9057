"""The embeddable offer widget: its source, its guide for partners, and pages that show it at work."""
