"""The widget's door: what a shopper's browser asks for, and what a partner's page is made of."""
