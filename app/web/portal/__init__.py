"""The in-store portal: an associate, a tablet, a customer at the counter."""
